"""Ray's command line, whose nodes fork their workers: `python -m actors.forking start …` is `ray start …`."""

from ray.scripts.scripts import main

from actors.forking import fork_workers

fork_workers()
main()
