"""``twin policy drift | keygen | pack | verify``: what ships the rules that were chosen, and watches where they went. One module a subcommand."""
