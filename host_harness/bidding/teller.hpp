// Serves remote providers at the desk: what has come through the hatch is put to the desk between
// two turns, and what becomes of lots is told back. Engine thread only; never waits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bidding/desk.hpp"
#include "bidding/hatch.hpp"

namespace lpc::bidding {

class Teller {
  public:
    explicit Teller(Hatch& hatch) : hatch_(hatch) {}

    // All that has arrived, in the order of its arrival; how many.
    std::size_t serve(Desk& desk, std::int64_t now_ns);
    void call(const runtime::LotNotice& notice, std::int64_t now_ns);
    // It was settled.
    void award(const runtime::AwardRequest& award);

  private:
    static Status serve(Desk& desk, const Arrival& arrival, std::int64_t now_ns);

    Hatch& hatch_;
};

}  // namespace lpc::bidding
