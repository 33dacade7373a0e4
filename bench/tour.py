"""One visitor who walks each journey once and then gets the files that the first page links."""

import re
from pathlib import Path

from bench.programs import KINDS, PEOPLE
from bench.servers import Data, started
from bench.walker import Exchange, Messages, Walker

LINKED = re.compile(r"<(?:link|script|img)\b[^>]*?(?:href|src)=\"(/static/[^\"]+)\"")

Tour = dict[str, list[Exchange]]  # by kind of journey, and `files`


def tour(port: int, data: Data, messages: Path, number: int) -> Tour:
    """The exchanges of visitor so-and-so, in the order in which they happened."""
    return {kind: walk(port, data, messages, kind, number) for kind in KINDS} | {"files": files(port, data)}


def walk(port: int, data: Data, messages: Path, kind: str, number: int) -> list[Exchange]:
    walker = Walker(port)
    walker.walk(data.program.journeys[kind], PEOPLE[kind](number, data.accounts), Messages(messages))
    return walker.exchanges


def files(port: int, data: Data) -> list[Exchange]:
    """The first page of a journey, and each file that it links, once: what a browser gets at the first visit."""
    walker = Walker(port)
    walker.open(str(data.program.journeys[KINDS[0]].steps[0]))
    for address in dict.fromkeys(LINKED.findall(walker.page)):
        walker.open(address)
    return walker.exchanges


def real_tour(data: Data) -> Tour:
    """A tour of the program as it is deployed: the sizes are those on the wire."""
    with started(data) as server:
        return tour(server.port, data, server.messages, 0)
