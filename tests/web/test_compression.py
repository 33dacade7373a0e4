"""Answers are compressed once: files at the start, pages when they are sent."""

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

from tests.machine.visitor import Visitor

DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("path", ["/", "/onboarding/account"])
@pytest.mark.parametrize("encoding", DECODERS)
def test_pages_are_compressed_as_the_browser_takes_them(client: Visitor, path: str, encoding: str) -> None:
    plain = FlaskClient.open(client, path)
    packed = FlaskClient.open(client, path, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "<h1" in DECODERS[encoding](packed.data).decode()
    assert len(packed.data) < len(plain.data)
    assert packed.headers["Content-Length"] == str(len(packed.data))


@pytest.mark.parametrize("encoding", DECODERS)
def test_files_are_compressed_at_the_start_and_not_again(client: Visitor, encoding: str) -> None:
    client.visit("/")
    address = client.page.all("link")[0].get("href")
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers.getlist("Content-Encoding") == [encoding]
    assert DECODERS[encoding](packed.data) == plain.data


def test_no_encoding_that_the_browser_refuses(client: Visitor) -> None:
    client.visit("/")
    address = client.page.all("link")[0].get("href")
    assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": "br;q=0, gzip;q=0"}).headers
