"""The command centre (指挥中心): a record, desks that ask the rules, guards that stand outside them."""
