// What tests of the control plane share: a host that records what it is asked and answers when told
// to, a folder of its own, and orders of each kind. The host is used from any thread.
#pragma once

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <control/operator.hpp>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <fstream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lpc::test {

class TestFolder {
  public:
    std::string path(const std::string& name = "") const { return folder_.path(name); }
    std::string write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder_.path() / name).parent_path());
        std::ofstream file(path(name), std::ios::binary | std::ios::trunc);
        file << text;
        // Why no macro of Boost's: servers' threads write here too.
        if (!file.flush()) throw std::runtime_error(name + " cannot be written");
        return path(name);
    }

  private:
    TemporaryFolder folder_ = TemporaryFolder::make().value();
};

// Answers at once (stages with generation 7), or keeps the replies for the test.
class TestHost : public control::Operator {
  public:
    void submit(control::Order order, control::Reply reply) override {
        const std::lock_guard lock(mutex_);
        orders_.push_back(order);
        if (keeping_) {
            kept_.push_back(std::move(reply));
        } else {
            reply(done());
        }
        came_.notify_all();
    }
    std::uint64_t last_sequence() const override { return 41; }

    static control::Answer done() {
        control::Answer answer;
        answer.outcome = control::Outcome::done;
        answer.generation = 7;
        answer.sequence = 42;
        return answer;
    }

    void keep_replies() {
        const std::lock_guard lock(mutex_);
        keeping_ = true;
    }
    std::vector<control::Reply> kept() {
        const std::lock_guard lock(mutex_);
        return std::exchange(kept_, {});
    }
    std::vector<control::Order> orders() const {
        const std::lock_guard lock(mutex_);
        return orders_;
    }
    // Waits until so many orders have come.
    bool has(std::size_t count) {
        std::unique_lock lock(mutex_);
        return came_.wait_for(lock, std::chrono::seconds(20),
                              [&] { return orders_.size() >= count; });
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable came_;
    std::vector<control::Order> orders_;
    std::vector<control::Reply> kept_;
    bool keeping_ = false;
};

// Well formed, with this id.
inline control::Order order_of(control::Verb verb, std::uint64_t id) {
    using control::Verb;
    control::Order order;
    order.verb = verb;
    order.request_id = {id, 1};
    if (verb == Verb::swap || verb == Verb::shadow) {
        order.file = "/plugins/twap.so";
        order.params = {{"slices_count", -3}, {"interval_ns", 1'000'000'000}};
    }
    if (verb == Verb::swap || verb == Verb::shadow || verb == Verb::rollback ||
        verb == Verb::promote || verb == Verb::dismiss)
        order.stage = "work";
    if (verb == Verb::promote) order.arm = "b";
    if (verb == Verb::hold || verb == Verb::unhold) order.account = 77;
    if (verb == Verb::swap || verb == Verb::hold) order.expected_generation = 6;
    return order;
}

}  // namespace lpc::test
