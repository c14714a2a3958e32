"""``twin policy keygen | pack | verify``: what ships the rules that were chosen. One module a subcommand."""
