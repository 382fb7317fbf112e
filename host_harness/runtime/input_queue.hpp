// The only way for another thread to reach the engine thread: a bounded queue of inputs, one for
// each producing thread. offer() is for that thread, drain() for the engine's. Lock-free; the order
// of one producer is kept.
#pragma once

#include <readerwriterqueue/readerwriterqueue.h>

#include <cstddef>
#include <utility>

#include "input.hpp"

namespace lpc::runtime {

class InputQueue {
  public:
    explicit InputQueue(std::size_t capacity) : queue_(capacity) {}

    // False: full, and the input is still the caller's. Never blocks, never allocates.
    [[nodiscard]] bool offer(Input&& input) { return queue_.try_enqueue(std::move(input)); }

    // Gives at most `most` inputs to take(Input&&), oldest first; how many there were.
    template <class Take>
    std::size_t drain(std::size_t most, Take&& take) {
        std::size_t taken = 0;
        Input input;
        while (taken < most && queue_.try_dequeue(input)) {
            take(std::move(input));
            ++taken;
        }
        return taken;
    }

  private:
    moodycamel::ReaderWriterQueue<Input> queue_;
};

}  // namespace lpc::runtime
