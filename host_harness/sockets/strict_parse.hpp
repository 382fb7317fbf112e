// Protobuf messages from outside, read strictly: an option that is silently ignored is worse than
// one that is refused. Pure, any thread.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

namespace lpc::sockets {

// False: these bytes are no such message.
[[nodiscard]] bool parse(std::string_view bytes, google::protobuf::Message& out);

// In the message and in all that are in it.
[[nodiscard]] bool knows_every_field(const google::protobuf::Message& in);

}  // namespace lpc::sockets
