// How a follower's comparison comes from its sidecar, in pieces: the counts each time, accounts and
// the first difference when they are new.
#pragma once

#include <cstdint>
#include <vector>

#include <runtime/following/following.hpp>

#include "sidecar_protocol.hpp"

namespace lpc::placement {

// A HEARD message with what is new in `now`; `told` becomes what has been said.
void pack(const runtime::Comparison& now, runtime::Comparison& told, Head& head,
          std::vector<lpc_fact>& records);
// False: it makes no sense.
bool add_to(runtime::Comparison& told, const Message& message);

}  // namespace lpc::placement
