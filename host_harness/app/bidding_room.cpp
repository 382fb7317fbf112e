#include "bidding_room.hpp"

#include <lpc/host.h>

#include <utility>

#include "log.hpp"

namespace lpc::app {

Result<std::unique_ptr<BiddingRoom>> BiddingRoom::open(bidding::ServerConfig config) {
    std::unique_ptr<BiddingRoom> room(new BiddingRoom);
    auto server = bidding::Server::start(
        std::move(config), room->hatch_,
        [](const std::string& sentence) { log_sink()(LPC_LOG_NOTE, "bidding: " + sentence); });
    if (!server) return tl::unexpected(server.error());
    room->server_ = std::move(*server);
    return room;
}

void BiddingRoom::take_charge(scenario::RunOptions& options) {
    options.serve = [this](bidding::Desk& desk, std::int64_t now_ns) {
        return teller_.serve(desk, now_ns);
    };
    options.watchers.push_back(this);
}

void BiddingRoom::close() {
    if (server_) server_->stop();
}

}  // namespace lpc::app
