"""cscli: a customer-service desk that lives in a folder."""

__version__ = "0.1.0"
