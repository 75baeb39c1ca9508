"""The installed command, `csv-converter`: the package's commands, `learn` with a model too, and the service."""
