#include "control/mailbox.hpp"

namespace lpc::control {
namespace {

// Sees to it that a ticket is answered once, whatever its holder does.
class Promise {
  public:
    Promise(std::shared_ptr<Mailbox> mailbox, std::uint64_t ticket)
        : mailbox_(std::move(mailbox)), ticket_(ticket) {}
    Promise(const Promise&) = delete;
    Promise& operator=(const Promise&) = delete;
    ~Promise() {
        Answer none;
        none.why = "the host threw the request away without an answer; ask for its stages";
        keep(std::move(none));
    }
    void keep(Answer answer) {
        if (!kept_.exchange(true)) mailbox_->post(ticket_, std::move(answer));
    }

  private:
    std::shared_ptr<Mailbox> mailbox_;
    std::uint64_t ticket_;
    std::atomic<bool> kept_{false};
};

}  // namespace

Reply Mailbox::reply_for(const std::shared_ptr<Mailbox>& mailbox, std::uint64_t ticket) {
    const auto promise = std::make_shared<Promise>(mailbox, ticket);
    return [promise](Answer answer) { promise->keep(std::move(answer)); };
}

void Mailbox::post(std::uint64_t ticket, Answer answer) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    waiting_.answers.emplace_back(ticket, std::move(answer));
    signal_.raise();
}

void Mailbox::publish(Event event) {
    const std::lock_guard lock(mutex_);
    event.number = ++last_event_;
    if (closed_ || waiting_.events.size() >= events_max_) return;
    waiting_.events.push_back(std::move(event));
    signal_.raise();
}

void Mailbox::stop() {
    const std::lock_guard lock(mutex_);
    refusing_ = true;
    waiting_.stopping = true;
    signal_.raise();
}

Mailbox::Taken Mailbox::take() {
    const std::lock_guard lock(mutex_);
    signal_.clear();
    Taken taken = std::move(waiting_);
    waiting_ = {};
    waiting_.stopping = taken.stopping;
    return taken;
}

void Mailbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

}  // namespace lpc::control
