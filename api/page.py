"""The page `/app`: the files of the folder `web`, which a browser may use for nothing but asking this service."""

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parents[1] / "web"
# Nothing from another host, no script or style in a text, no frame around the page: what a cell says can do nothing.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Asked for anew each time (a 304 as a rule), so that a new release is never met by an old module.
    "Cache-Control": "no-cache",
}


class WebPage(StaticFiles):
    """The folder's files, each under a strict policy. They hold no secret: the page asks for the key."""

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_HEADERS)
        return response
