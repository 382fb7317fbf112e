#include "runtime/loading/plugin_table.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/loading/elf_file.hpp"

namespace lpc::runtime {
namespace {

constexpr std::uint32_t kRoles = LPC_ROLE_RISK | LPC_ROLE_LIQUIDATOR;
constexpr std::uint32_t kFlags = kRoles | LPC_COUPLED;

std::string expected(const std::string& field, const std::string& found, const std::string& want) {
    return "has " + field + " " + found + ", expected " + want;
}

std::string range(std::uint64_t low, std::uint64_t high) {
    return std::to_string(low) + " to " + std::to_string(high);
}

// Text that goes into logs, journals and file names: 1 to size_max printable ASCII characters.
Status judge_text(const std::string& field, const char* text, std::size_t size_max) {
    if (text == nullptr) {
        return fail(expected(field, "NULL", "text"));
    }
    const std::size_t size = ::strnlen(text, size_max + 1);
    if (size == 0 || size > size_max) {
        return fail(expected(field, size == 0 ? "\"\"" : "of more than its limit",
                             range(1, size_max) + " characters"));
    }
    const std::string_view all(text, size);
    if (std::any_of(all.begin(), all.end(), [](char c) { return c < 0x20 || c >= 0x7f; })) {
        return fail(expected(field, in_quotes(all), "printable ASCII characters only"));
    }
    return {};
}

Status judge_texts(const lpc_plugin& table) {
    struct Text {
        const char* field;
        const char* value;
    };
    for (const Text& text : {Text{"id", table.id}, Text{"version", table.version}}) {
        if (Status done = judge_text(text.field, text.value, kTextMax); !done) {
            return done;
        }
    }
    // A build of which no source revision is known has "".
    if (table.build != nullptr && *table.build == '\0') {
        return {};
    }
    return judge_text("build", table.build, kTextMax);
}

Status judge_functions(const lpc_plugin& table) {
    struct Entry {
        const char* field;
        bool there;
    };
    for (const Entry& entry :
         {Entry{"create", table.create != nullptr}, Entry{"destroy", table.destroy != nullptr},
          Entry{"on_turn", table.on_turn != nullptr}, Entry{"hooks", table.hooks != nullptr}}) {
        if (!entry.there) {
            return fail(expected(entry.field, "NULL", "an address"));
        }
    }
    if (table.hooks_size == 0 || table.hooks_size % sizeof(lpc_hook) != 0 ||
        table.hooks_size > kTableBytesMax) {
        return fail(expected("hooks_size", std::to_string(table.hooks_size),
                             "sizeof(lpc_hooks) (here " + std::to_string(sizeof(lpc_hooks)) +
                                 "), a multiple of " + std::to_string(sizeof(lpc_hook)) +
                                 " up to " + std::to_string(kTableBytesMax)));
    }
    return {};
}

Status judge_param(const lpc_param& param, const std::string& where) {
    if (param.id == 0) {
        return fail(expected(where + ".id", "0", "a number from 1"));
    }
    if (Status done = judge_text(where + ".name", param.name, kTextMax); !done) {
        return done;
    }
    const std::string_view name(param.name);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos) {
        return fail(expected(where + ".name", in_quotes(name), "only a-z, 0-9 and _"));
    }
    if (Status done =
            judge_text(where + ".help (" + in_quotes(name) + ")", param.help, kParamHelpMax);
        !done) {
        return done;
    }
    if (param.min > param.initial || param.initial > param.max) {
        return fail(expected(where + " (" + in_quotes(name) + ")",
                             "min " + std::to_string(param.min) + ", initial " +
                                 std::to_string(param.initial) + ", max " +
                                 std::to_string(param.max),
                             "min <= initial <= max"));
    }
    return {};
}

Status judge_params(const lpc_plugin& table) {
    if (table.param_count > kParamCountMax) {
        return fail(
            expected("param_count", std::to_string(table.param_count), range(0, kParamCountMax)));
    }
    if ((table.params == nullptr) != (table.param_count == 0)) {
        return fail(expected("params", table.params == nullptr ? "NULL" : "an address",
                             "one exactly if param_count (here " +
                                 std::to_string(table.param_count) + ") is not 0"));
    }
    std::vector<std::uint64_t> ids;
    std::vector<std::string_view> names;
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& param = table.params[i];
        const std::string where = "params[" + std::to_string(i) + "]";
        if (Status done = judge_param(param, where); !done) {
            return done;
        }
        if (std::find(ids.begin(), ids.end(), param.id) != ids.end()) {
            return fail(expected(where + ".id (" + in_quotes(param.name) + ")",
                                 std::to_string(param.id) + " a second time", "unique ids"));
        }
        if (std::find(names.begin(), names.end(), std::string_view(param.name)) != names.end()) {
            return fail(expected(where + ".name", in_quotes(param.name) + " a second time",
                                 "unique names"));
        }
        ids.push_back(param.id);
        names.emplace_back(param.name);
    }
    return {};
}

Status judge_state_loads(const lpc_plugin& table) {
    if ((table.state_loads == nullptr) != (table.load == nullptr)) {
        return fail(expected("state_loads", table.state_loads == nullptr ? "NULL" : "an address",
                             table.load == nullptr ? "NULL because load is NULL"
                                                   : "an address because load is one"));
    }
    if (table.state_loads == nullptr) {
        return {};
    }
    std::size_t count = 0;
    for (; count <= kStateLoadsMax && table.state_loads[count] != nullptr; ++count) {
        const std::string field = "state_loads[" + std::to_string(count) + "]";
        if (Status done = judge_text(field, table.state_loads[count], kTextMax); !done) {
            return done;
        }
    }
    if (count == 0 || count > kStateLoadsMax) {
        return fail(expected("state_loads", count == 0 ? "without a format" : "without an end",
                             range(1, kStateLoadsMax) + " formats, then NULL"));
    }
    return {};
}

Status judge_state(const lpc_plugin& table) {
    if ((table.state_id == nullptr) != (table.save == nullptr)) {
        return fail(expected("state_id", table.state_id == nullptr ? "NULL" : "text",
                             table.save == nullptr ? "NULL because save is NULL"
                                                   : "text because save is an address"));
    }
    if (table.state_id != nullptr) {
        if (Status done = judge_text("state_id", table.state_id, kTextMax); !done) {
            return done;
        }
    }
    if ((table.record_max == 0) != (table.save == nullptr) || table.record_max > kRecordMax) {
        return fail(expected(
            "record_max", std::to_string(table.record_max),
            table.save == nullptr ? "0 because save is NULL" : range(1, kRecordMax) + " bytes"));
    }
    return judge_state_loads(table);
}

}  // namespace

Status judge_table_head(const lpc_plugin& table) {
    if (table.struct_size < kTableBytesMin || table.struct_size > kTableBytesMax) {
        return fail(expected("struct_size", std::to_string(table.struct_size),
                             "sizeof(lpc_plugin), " + range(kTableBytesMin, kTableBytesMax)));
    }
    if (table.abi_major != LPC_ABI_MAJOR) {
        return fail(
            expected("abi_major", std::to_string(table.abi_major), std::to_string(LPC_ABI_MAJOR)));
    }
    if (table.abi_minor > LPC_ABI_MINOR) {
        return fail(expected("abi_minor", std::to_string(table.abi_minor),
                             "at most this host's " + std::to_string(LPC_ABI_MINOR)));
    }
    const std::uint32_t role = table.flags & kRoles;
    if (role != LPC_ROLE_RISK && role != LPC_ROLE_LIQUIDATOR) {
        return fail(expected("flags " + std::to_string(table.flags),
                             role == 0 ? "without a role" : "with two roles",
                             "one of LPC_ROLE_RISK and LPC_ROLE_LIQUIDATOR"));
    }
    if ((table.flags & ~kFlags) != 0) {
        return fail(expected("flags", std::to_string(table.flags),
                             "no bits but those of " + std::to_string(kFlags)));
    }
    return {};
}

Status judge_table(const lpc_plugin& table) {
    using Rule = Status (*)(const lpc_plugin&);
    for (const Rule rule : {Rule{judge_table_head}, Rule{judge_texts}, Rule{judge_functions},
                            Rule{judge_params}, Rule{judge_state}}) {
        if (Status done = rule(table); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace lpc::runtime
