// Small scenarios for tests: the shipped one's text with few accounts and few steps, changed line
// by line. Paths in it are absolute, so that it may be written anywhere.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lpc::tests {

// As BOOST_REQUIRE, but on any thread: Boost's macros write to a place that all threads share.
inline void must(bool holds, const std::string& otherwise) {
    if (!holds) throw std::runtime_error(otherwise);
}

inline std::string text_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    must(static_cast<bool>(file), path + " cannot be read");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::size_t lines_with(const std::string& text, const std::string& part) {
    std::istringstream lines(text);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.find(part) != std::string::npos) ++count;
    return count;
}

class ScenarioText {
  public:
    // `folder`: "scenarios" or "procedures".
    explicit ScenarioText(const std::string& name, const std::string& folder = "scenarios")
        : text_(text_of_file(LPC_SOURCE_DIR "/config/" + folder + "/" + name + ".toml")) {
        for (std::size_t at = 0; (at = text_.find("\"../", at)) != std::string::npos;)
            text_.replace(at, 4, "\"" LPC_SOURCE_DIR "/config/");
    }

    // The first place where `from` stands; it must be there.
    ScenarioText& replace(const std::string& from, const std::string& to) {
        const std::size_t at = text_.find(from);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, "the scenario has no: " << from);
        text_.replace(at, from.size(), to);
        return *this;
    }
    ScenarioText& put_before(const std::string& mark, const std::string& text) {
        return replace(mark, text + "\n" + mark);
    }
    ScenarioText& set(const std::string& key, const std::string& value) {
        const std::size_t at = text_.find("\n" + key + " = ");
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, "the scenario has no key " << key);
        const std::size_t end = text_.find('\n', at + 1);
        text_.replace(at, end - at, "\n" + key + " = " + value);
        return *this;
    }
    // (second, price in ticks) instead of the shipped way.
    ScenarioText& way(const std::vector<std::pair<int, int>>& points) {
        const std::size_t from = text_.find("[[prices.waypoints]]");
        const std::size_t to = text_.find("[accounts]");
        BOOST_REQUIRE(from != std::string::npos);
        BOOST_REQUIRE(from < to);
        std::string lines;
        for (const auto& [second, ticks] : points)
            lines += "[[prices.waypoints]]\nat_s = " + std::to_string(second) +
                     "\nprice_ticks = " + std::to_string(ticks) + "\n";
        text_.replace(from, to - from, lines);
        return *this;
    }
    ScenarioText& faults(std::int64_t delay_max_ns, std::int64_t lost_ppb,
                         std::int64_t doubled_ppb) {
        return put_before("[[stages]]",
                          "[faults]\nanswer_delay_max_ns = " + std::to_string(delay_max_ns) +
                              "\nlost_ppb = " + std::to_string(lost_ppb) +
                              "\ndoubled_ppb = " + std::to_string(doubled_ppb));
    }

    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

// The shipped rulebook with other values, for a file of a test's own.
inline std::string rulebook_with(const std::vector<std::pair<std::string, std::string>>& values) {
    std::string rules = text_of_file(LPC_SOURCE_DIR "/config/rulebook.toml");
    for (const auto& [key, value] : values) {
        const std::size_t at = rules.find("\n" + key + " = ");
        must(at != std::string::npos, "the rulebook has no key " + key);
        rules.replace(at, rules.find('\n', at + 1) - at, "\n" + key + " = " + value);
    }
    return rules;
}

// A fall of 14 % within a minute and a half among 300 accounts: some close-outs trade and end well,
// others go to the fund. `name`: that scenario, or the one with arms.
inline ScenarioText small_crash(const std::string& name = "flash_crash") {
    ScenarioText scenario(name);
    scenario.set("count", "300").replace("value = 100", "value = 10");
    return scenario.way({{0, 5000}, {10, 5000}, {40, 4900}, {100, 4300}, {150, 4700}});
}

}  // namespace lpc::tests
