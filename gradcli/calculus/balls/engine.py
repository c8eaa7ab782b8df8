class NoBalls(Exception): ...


class Undecided(Exception): ...


def run(q):
    raise NoBalls


def explains_nan(q):
    return False
