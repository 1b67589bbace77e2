-- What somebody did by hand.
INSERT INTO audit (at, actor, action, subject, outcome, detail)
VALUES (:at, :actor, :action, :subject, :outcome, :detail)
