-- An answer of an external system, unless that is what it said last about the same.
INSERT INTO external_answer (slate, cutoff, game_id, player_id, market, system, law, received_at)
SELECT :slate::text, :cutoff::bigint, :game_id::text, :player_id::bigint, :market::text, :system::text, :law::bytea, :received_at::bigint
WHERE :law::bytea IS DISTINCT FROM (
    SELECT said.law FROM external_answer AS said
    WHERE said.slate = :slate AND said.cutoff = :cutoff AND said.game_id = :game_id AND said.player_id = :player_id
        AND said.market = :market AND said.system = :system
    ORDER BY said.answer_id DESC LIMIT 1
)
