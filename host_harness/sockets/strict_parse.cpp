#include "sockets/strict_parse.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace lpc::sockets {

bool parse(std::string_view bytes, google::protobuf::Message& out) {
    return bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
           out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

bool knows_every_field(const google::protobuf::Message& in) {
    const google::protobuf::Reflection& look = *in.GetReflection();
    if (!look.GetUnknownFields(in).empty()) return false;
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    look.ListFields(in, &fields);
    return std::all_of(fields.begin(), fields.end(), [&](const auto* field) {
        if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) return true;
        if (!field->is_repeated()) return knows_every_field(look.GetMessage(in, field));
        for (int at = 0; at < look.FieldSize(in, field); ++at) {
            if (!knows_every_field(look.GetRepeatedMessage(in, field, at))) return false;
        }
        return true;
    });
}

}  // namespace lpc::sockets
