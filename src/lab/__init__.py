"""The process tool: it sets a project up, keeps, checks and judges its records, builds its site.

Its rooms, from the ground up: `records` (what is written), `data` (what a row is), `evidence` (what
numbers say), `process` (how cards move), `proof` (what git can show), `rules` (what must hold);
`site`, `forge` and `update` (what is shown, said, and brought up to date); `commands` (what people
type). A room imports from those below it only; `cli` calls the command.
"""
