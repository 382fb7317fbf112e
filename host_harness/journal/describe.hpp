// A record in words, for the sentence that names a difference. A pure function of the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lpc::journal {

std::string describe_record(std::uint16_t type, std::span<const std::byte> payload);

}  // namespace lpc::journal
