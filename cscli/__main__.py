"""`python -m cscli` is the command `cscli`."""

from cscli.start import main

main()
