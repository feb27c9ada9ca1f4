"""cscli: a customer-service desk that lives in a folder.

The map of the house, from the door down to the cellar; a room imports only from lower floors:

    start, app   where the process begins; the front door: options, nouns, errors turned into exit codes
    commands     faces: words to types, then read, decide, write, show
    render       values to text, tables, pages, data        interop    history from elsewhere
    desk         clock, environment, chance and screen, for one command
    pager        long pages on a terminal
    store        files, git, the proven index               analytics  rows counted to figures
    i18n         every sentence, Chinese and English
    domain       pure: records, states, rulebook, occupancy, prices, deadlines, checks
    errors       what can go wrong, each with its exit code
"""

__version__ = "0.1.0"
