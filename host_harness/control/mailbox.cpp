#include "control/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

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

Mailbox::Mailbox(std::size_t events_max)
    : signal_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), events_max_(events_max) {}

Mailbox::~Mailbox() {
    if (signal_fd_ >= 0) ::close(signal_fd_);
}

Reply Mailbox::reply_for(const std::shared_ptr<Mailbox>& mailbox, std::uint64_t ticket) {
    const auto promise = std::make_shared<Promise>(mailbox, ticket);
    return [promise](Answer answer) { promise->keep(std::move(answer)); };
}

void Mailbox::wake() const {
    const std::uint64_t one = 1;
    // Why the result says nothing: it fails only when the counter is full, and then it is readable.
    [[maybe_unused]] const ssize_t written = ::write(signal_fd_, &one, sizeof one);
}

void Mailbox::post(std::uint64_t ticket, Answer answer) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    waiting_.answers.emplace_back(ticket, std::move(answer));
    wake();
}

void Mailbox::publish(Event event) {
    const std::lock_guard lock(mutex_);
    event.number = ++last_event_;
    if (closed_ || waiting_.events.size() >= events_max_) return;
    waiting_.events.push_back(std::move(event));
    wake();
}

void Mailbox::stop() {
    const std::lock_guard lock(mutex_);
    refusing_ = true;
    waiting_.stopping = true;
    wake();
}

Mailbox::Taken Mailbox::take() {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(signal_fd_, &count, sizeof count);
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
