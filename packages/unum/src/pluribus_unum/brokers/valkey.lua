-- One user's stream: a hash with its epoch `e` and last number `s`, and a log whose ids are the
-- numbers. Everything about one user has the same hash tag, so that a cluster keeps it together.
--
-- KEYS  1 the hash, 2 the log, 3 the position of an idempotency key, or "" without one
-- ARGV  1 what to do: `publish`, `read` or `forget`
--       2 an epoch, for a stream that does not exist yet
--       3 seconds for which it is kept
--       publish: 4 the channel, 5 the body, 6 the thread, 7 the most events that are kept
--       read: 4 the number after which events are wanted
--       forget: 4 the epoch that is to end

-- The generation is written into the script: of a server that has started anew no script of the
-- old one can be run, and what it has kept may lack its last moments. So every stream begins anew.

local generation = '@generation@'
local held = redis.call('HMGET', KEYS[1], 'e', 'g')
local epoch = held[1]
if not epoch or held[2] ~= generation or (ARGV[1] == 'forget' and epoch == ARGV[4]) then
  epoch = ARGV[2]
  redis.call('HSET', KEYS[1], 'e', epoch, 'g', generation, 's', '0')
  redis.call('DEL', KEYS[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[3])

if ARGV[1] == 'forget' then
  return {}
end

if ARGV[1] == 'read' then
  local last = redis.call('HGET', KEYS[1], 's')
  local log = redis.call('XRANGE', KEYS[2], '(' .. ARGV[4] .. '-0', '+')
  return {epoch, last, log}
end

if KEYS[3] ~= '' then
  local known = redis.call('HMGET', KEYS[3], 'e', 's')
  if known[1] == epoch then
    return {epoch, known[2], 1}
  end
end
local seq = redis.call('HINCRBY', KEYS[1], 's', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[7], seq .. '-0', 'b', ARGV[5], 't', ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[3])
if KEYS[3] ~= '' then
  redis.call('HSET', KEYS[3], 'e', epoch, 's', seq)
  redis.call('EXPIRE', KEYS[3], ARGV[3])
end
redis.call('PUBLISH', ARGV[4], cjson.encode({epoch, seq, ARGV[6], ARGV[5]}))
return {epoch, seq, 0}
