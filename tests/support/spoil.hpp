// Damages bytes as a hostile or broken peer might, one place at a time. Pure, by the generator.
#pragma once

#include <cstddef>
#include <string>
#include <venue/random.hpp>

namespace lpc::test {

// One damage: a bit, a byte, a length; pieces cut out, repeated, moved or taken from another.
inline void spoil(std::string& bytes, const std::string& other, venue::Random& random) {
    if (bytes.empty()) bytes.push_back(char{10});
    const std::size_t at = random.below(bytes.size());
    const std::size_t length = 1 + random.below(bytes.size() - at);
    switch (random.below(6)) {
        case 0:
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
            break;
        case 1:
            bytes[at] = static_cast<char>(random.below(256));
            break;
        case 2:
            bytes.erase(at, length);
            break;
        case 3:
            bytes.insert(at, bytes.substr(at, length));
            break;
        case 4:
            bytes.insert(at, other.substr(random.below(other.size())));
            break;
        default:
            bytes.append(random.below(200), static_cast<char>(random.below(256)));
            break;
    }
}

}  // namespace lpc::test
