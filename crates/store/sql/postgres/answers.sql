-- The last answer about each key of an edition that was received before an instant.
SELECT said.game_id, said.player_id, said.market, said.system, said.law FROM external_answer AS said
WHERE said.slate = :slate AND said.cutoff = :cutoff AND said.answer_id = (
    SELECT max(last.answer_id) FROM external_answer AS last
    WHERE last.slate = said.slate AND last.cutoff = said.cutoff AND last.game_id = said.game_id
        AND last.player_id = said.player_id AND last.market = said.market AND last.system = said.system
        AND last.received_at < :before
)
ORDER BY said.game_id, said.player_id, said.market, said.system
