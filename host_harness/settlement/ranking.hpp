// The queues of known venues, as baselines: who is deleveraged first. Private to this room. Pure,
// any thread.
#pragma once

#include <settlement/deleveraging.hpp>
#include <settlement/sharing.hpp>
#include <vector>

namespace lpc::settlement {

// Sorts the claims (whose `at` is the place in `candidates`) into the queue's order.
void rank(std::vector<Claim>& claims, std::span<const Candidate> candidates,
          const DeleveragingRule& rule);

}  // namespace lpc::settlement
