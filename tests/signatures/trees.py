"""DER as a tree that can be changed at any place and written again with right lengths."""

from dataclasses import dataclass

from asn1crypto import parser


@dataclass
class Node:
    """One element: its tag, and either its parts or its bytes."""

    kind: int
    method: int
    tag: int
    parts: "list[Node]"
    content: bytes


def read(der: bytes) -> list[Node]:
    """The elements in a row of them."""
    nodes = []
    while der:
        kind, method, tag, header, inner, trailer = parser.parse(der)
        der = der[len(header) + len(inner) + len(trailer) :]
        nodes.append(Node(kind, method, tag, read(inner) if method else [], b"" if method else inner))
    return nodes


def write(nodes: list[Node]) -> bytes:
    """The elements as DER."""
    return b"".join(
        parser.emit(node.kind, node.method, node.tag, write(node.parts) if node.method else node.content)
        for node in nodes
    )


def places(nodes: list[Node]) -> list[tuple[list[Node], int]]:
    """Every place in the tree: a row, and an index into it."""
    found = []
    for index, node in enumerate(nodes):
        found.append((nodes, index))
        found.extend(places(node.parts))
    return found
