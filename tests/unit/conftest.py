"""What all tests of the plain Python share."""

from allegations.links.collector import collect_seldom


def pytest_collection_finish():
    """Look for circles of objects seldom: of the many that are imported here none goes away."""
    collect_seldom()
