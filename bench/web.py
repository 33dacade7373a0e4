"""How fast phone login and registration are, beside a floor and a peer in the same run: see bench/README.md.

make bench                                      about five minutes
make bench QUICK=1                              under one, to see that it works
make bench ARGS="--accounts 1000 1000000"       the same journeys in a small and in a large database
make bench ARGS="--postgresql"                  the portal and the floor on Debian's PostgreSQL
"""

import argparse
from contextlib import nullcontext

from bench import programs, report, services, usb
from bench.inside import look_inside
from bench.load import under_load
from bench.programs import MADE
from bench.rounds import rounds
from bench.servers import Data
from bench.tour import real_tour
from tests.machine import postgresql


def main() -> None:
    """Measure and report."""
    options = arguments()
    with postgresql.running() if options.postgresql else nullcontext() as server:
        measure = growth if len(options.accounts) > 1 else comparison
        parts = measure(options, server)
    sizes = ", ".join(f"{size:,}" for size in options.accounts)
    text = report.heading(sizes, options.rounds, options.journeys) + "".join(parts)
    (MADE / "report.md").write_text(text)
    print(f"\n{text}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[10_000], help="several are compared")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--journeys", type=int, default=200, help="of each kind in a round")
    parser.add_argument("--seconds", type=int, default=30, help="under load")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.journeys, options.seconds = 1, 40, 8
    return options


def comparison(options: argparse.Namespace, server: postgresql.Server | None) -> list[str]:
    """The portal beside the floor and the peer."""
    ours = Data(programs.portal(), options.accounts[0], server)
    sizes = real_tour(ours)
    others = [programs.floor(sizes)] + ([] if server else [programs.allauth()])
    data = {"onboarding": ours} | {other.name: Data(other, options.accounts[0], server) for other in others}
    found = rounds(data, options.rounds, options.journeys)
    load = under_load(ours, options.journeys, options.seconds)
    to_service = services.measure(ours, options.rounds, options.journeys)
    seen = look_inside(ours)  # last, because it leaves threads and visitors are forks
    return [report.cost(data, found), report.requests(seen, sizes), report.load(load), to_service, usb.measure()]


def growth(options: argparse.Namespace, server: postgresql.Server | None) -> list[str]:
    """The portal at several sizes."""
    data = {f"{size:,}": Data(programs.portal(), size, server) for size in options.accounts}
    return [report.growth(rounds(data, options.rounds, options.journeys))]


if __name__ == "__main__":
    main()
