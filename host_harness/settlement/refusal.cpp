#include <algorithm>
#include <settlement/refusal.hpp>

namespace lpc::settlement {

const char* name_of(Event event) {
    switch (event) {
        case Event::deposit:
            return "deposit";
        case Event::withdrawal:
            return "withdrawal";
        case Event::fill:
            return "fill";
        case Event::fee:
            return "fee";
        case Event::transfer:
            return "transfer";
        case Event::cover:
            return "cover";
        case Event::take_over:
            return "take-over";
        case Event::settle_fund:
            return "settling the fund";
        case Event::repay:
            return "repaying";
    }
    return "event";
}

std::string who(std::uint64_t account) {
    if (account == kInsuranceFund) return "the insurance fund";
    if (is_fund(account)) return "tranche " + std::to_string(kInsuranceFund - account);
    return "account " + std::to_string(account);
}

std::string decimal(Int128 value) {
    if (value == 0) return "0";
    std::string digits;
    for (Int128 rest = value; rest != 0; rest /= 10) {
        const auto digit = static_cast<int>(rest % 10);
        digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    }
    if (value < 0) digits.push_back('-');
    std::reverse(digits.begin(), digits.end());
    return digits;
}

tl::unexpected<Error> refuse(Event event, const std::string& why) {
    return fail(std::string(name_of(event)) + " refused: " + why);
}

}  // namespace lpc::settlement
