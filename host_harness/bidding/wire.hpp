// Between values and the bytes of bidding.proto. The only door to Protobuf. Decoding takes any
// bytes, comes to an end, and refuses in one sentence. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "bidding/message.hpp"
#include "foundation/status.hpp"

namespace lpc::bidding {

[[nodiscard]] std::string encode(const Message& message);
[[nodiscard]] std::string encode(const Notice& notice);

// The number is zero where not even that could be read. A schedule that is given out is sound, or
// empty where a SetSchedule has none.
struct DecodedMessage {
    std::uint64_t number = 0;
    Result<Message> message;
};
[[nodiscard]] DecodedMessage decode_message(std::string_view bytes);
[[nodiscard]] Result<Notice> decode_notice(std::string_view bytes);

}  // namespace lpc::bidding
