"""The commands, in the groups and the order in which the help lists them.

Each is a module of its own, named like the command: its `arguments`, what it calls, what it
prints. It is imported when somebody types it, so the list itself costs nothing.
"""

COMMANDS: dict[str, dict[str, str]] = {
    "see what there is": {
        "board": "show the six lanes",
        "status": "show what waits for whom",
        "plan": "print the page for a planning",
        "list": "list records",
        "show": "show one record",
        "learnings": "list what finished cards have taught",
    },
    "write": {
        "new": "make a record from its template",
        "log": "write into a card's research log",
        "prioritise": "put a card in order, as the product owner",
        "answer": "answer a concern about a card",
        "action": "say what became of an action of a retro",
        "lift": "estimate what a better decision could be worth",
        "report": "assemble the draft of an iteration's report",
    },
    "move": {
        "start": "begin to work on a card; a hypothesis is locked",
        "block": "say that something is in a card's way",
        "unblock": "say that a card's way is free",
        "amend": "change openly what a start has fixed",
        "move": "move a record into another lane",
        "review": "approve a card or a document, or ask for changes",
        "close": "end a card early: abandoned, or not shipped",
        "decide": "take the decision on a report, which closes its iteration",
        "rollout": "widen, hold or take back a rollout",
    },
    "judge": {
        "explore": "open a notebook that cannot read the held-out rows",
        "data": "run a stage of the pipeline",
        "testset": "register, list and retire test sets",
        "vote": "answer a criterion that a panel decides",
        "judge": "compute the verdict of a hypothesis",
        "try": "decide criteria on tables, without a record",
        "promote": "make the judged candidate the champion",
        "challenge": "ask whether the recipe, trained again, beats the champion",
        "monitor": "compare live inputs and answers with the training data",
    },
    "check": {
        "check": "check that everything written holds",
        "audit": "prove from git's history that no goalpost moved",
        "reproduce": "prove that the pipeline writes what is committed",
    },
    "share": {
        "site": "build the site that people read",
        "forge": "comment and keep issues on GitHub or GitLab, from a CI job",
        "export": "write the state of the project as one JSON document",
        "portfolio": "build one site over many projects",
    },
    "keep the project": {
        "setup": "turn a fresh copy into a working repository",
        "adopt": "take the template into a repository with code in it",
        "drift": "show the template's files that you have changed",
        "preflight": "say what an update of the template would do",
        "update": "take in a later version of the template",
        "completion": "print a completion script for a shell",
    },
}
