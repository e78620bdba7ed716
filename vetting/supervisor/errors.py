"""Why a house does not start."""


class CannotStart(Exception):
    """The house cannot start here; the text says why and what to do, for whoever started it."""


class StopRequested(Exception):
    """Someone asked the house to stop while it was starting."""
