"""What Ray imports first in every process of its workers (`RAY_preload_python_modules`): nothing, and not even what it would.

Ray loads pyarrow, and numpy with it, into each worker, for data sets that this service has none of: 25 MiB a worker, and a
quarter of a second of its start. Where they seem not to be installed, it goes on without.
"""

import sys

sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
