-- Who is connected to which node: a hash of one user, a field a node. What a node said is worth
-- nothing after a while, by the clock of the server, unless it says it again.
--
-- KEYS  1 the hash
-- ARGV  1 the node that says something, or "" for one that only asks
--       2 its connections, as JSON, or "" for none
--       3 milliseconds for which that holds
-- Gives the node and the connections of each that holds, one after the other.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '' then
  if ARGV[2] == '' then
    redis.call('HDEL', KEYS[1], ARGV[1])
  else
    redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %s', now + ARGV[3], ARGV[2]))
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
  return {}
end

local found = {}
local held = redis.call('HGETALL', KEYS[1])
for at = 1, #held, 2 do
  local ends, connections = string.match(held[at + 1], '^(%d+) (.*)$')
  if tonumber(ends) > now then
    found[#found + 1] = held[at]
    found[#found + 1] = connections
  else
    redis.call('HDEL', KEYS[1], held[at])
  end
end
return found
