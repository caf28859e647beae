"""The HTTP server."""

import socket

import pytest

from exporter.scrape import Scraper
from exporter.server import bound
from exporter.status import Board
from exporter.web.application import Application
from exporter.web.site import Site
from watchspec.errors import EnvironmentFailure


# Cheroot drops the socket that it could not bind without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_in_use_is_one_line() -> None:
    """That says what to do."""
    application = Application(Site(Scraper(()), Board()))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentFailure) as caught:
            bound(application, "127.0.0.1", port)

    assert (
        str(caught.value) == f"cannot listen on 127.0.0.1:{port}: the address is in use; choose another with --listen"
    )
