"""The subcommands of `betony`, one file each: `add_to` adds its parser, which names what runs it."""
