"""`python -m cscli` is the command `cscli`."""

from cscli.app import main

main()
