"""The one error that a person is meant to read."""


class Refusal(Exception):
    """The rules do not allow this; the message is a Chinese sentence for the person."""
