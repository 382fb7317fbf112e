// Between values and the bytes of control.proto. The only door to Protobuf: its types stay in
// wire_*.cpp. Decoding takes any bytes, comes to an end, and refuses in one sentence. Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "control/answer.hpp"
#include "control/order.hpp"
#include "foundation/status.hpp"

namespace lpc::control {

// Without its caller.
[[nodiscard]] std::string encode(const Order& order);

// The id is zero where not even that could be read. An order that is given out keeps every limit of
// order.hpp.
struct DecodedOrder {
    RequestId id;
    Result<Order> order;
};
[[nodiscard]] DecodedOrder decode_order(std::string_view bytes);

struct AnswerTo {
    RequestId id;
    Answer answer;
};
[[nodiscard]] std::string encode(const AnswerTo& answer);
[[nodiscard]] Result<AnswerTo> decode_answer(std::string_view bytes);

[[nodiscard]] std::string encode(const Event& event);
[[nodiscard]] Result<Event> decode_event(std::string_view bytes);

}  // namespace lpc::control
