// The table of a plugin is judged before create: each rule alone, each with its sentence.
#include <lpc/plugin.h>

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <vector>

#include "runtime/loading/plugin_table.hpp"

using lpc::runtime::judge_table;

namespace {

constexpr std::uint32_t kTwoRoles = LPC_ROLE_RISK | LPC_ROLE_LIQUIDATOR;

// A table with everything that a table can have.
struct FullTable {
    FullTable() {
        table.struct_size = sizeof(lpc_plugin);
        table.abi_major = LPC_ABI_MAJOR;
        table.abi_minor = LPC_ABI_MINOR;
        table.flags = LPC_ROLE_RISK | LPC_COUPLED;
        table.record_max = 256;
        table.id = "org.example.full";
        table.version = "2.1.0";
        table.build = "0123abcd";
        table.state_id = "org.example.full/2";
        table.state_loads = loads.data();
        table.params = params.data();
        table.param_count = params.size();
        table.create = [](const lpc_host*, char*, size_t) -> lpc_instance* { return nullptr; };
        table.destroy = [](lpc_instance*) {};
        table.on_turn = [](lpc_instance*, const lpc_turn*, lpc_output*) -> lpc_status {
            return LPC_OK;
        };
        table.save = [](lpc_instance*, uint64_t, lpc_record*) -> lpc_status { return LPC_OK; };
        table.load = [](lpc_instance*, uint64_t, uint32_t, const lpc_record*) -> lpc_status {
            return LPC_OK;
        };
        table.hooks = &hooks;
        table.hooks_size = sizeof hooks;
    }
    FullTable(const FullTable&) = delete;
    FullTable& operator=(const FullTable&) = delete;

    std::vector<lpc_param> params = {{1, "slice_lots", "largest slice [lots]", 1, 100, 10},
                                     {7, "pause_ns", "between slices [ns]", -5, -5, -5}};
    std::vector<const char*> loads = {"org.example.full/1", "org.example.full/2", nullptr};
    lpc_hooks hooks{};
    lpc_plugin table{};
};

struct Fault {
    const char* message;  // the whole of it, or its beginning
    std::function<void(FullTable&)> spoil;
};

void expect(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
        FullTable full;
        fault.spoil(full);
        const lpc::Status judged = judge_table(full.table);
        BOOST_REQUIRE_MESSAGE(!judged, "taken, expected: " << fault.message);
        BOOST_TEST(judged.error().message.find(fault.message) == 0u,
                   "found: " << judged.error().message << "; expected: " << fault.message);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plugin_table)

BOOST_AUTO_TEST_CASE(a_full_table_and_a_bare_one_are_taken) {
    FullTable full;
    BOOST_TEST(judge_table(full.table).has_value());
    full.table.build = "";
    full.table.params = nullptr;
    full.table.param_count = 0;
    full.table.state_id = nullptr;
    full.table.save = nullptr;
    full.table.record_max = 0;
    full.table.state_loads = nullptr;
    full.table.load = nullptr;
    full.table.hooks_size = sizeof(lpc_hook);  // an older or a newer plugin
    BOOST_TEST(judge_table(full.table).has_value());
    full.table.hooks_size = sizeof(lpc_hooks) + 3 * sizeof(lpc_hook);
    full.table.struct_size = sizeof(lpc_plugin) + 16;
    BOOST_TEST(judge_table(full.table).has_value());
}

BOOST_AUTO_TEST_CASE(sizes_versions_and_flags_are_judged) {
    expect({
        {"has struct_size 100, expected sizeof(lpc_plugin), ",
         [](FullTable& f) { f.table.struct_size = 100; }},
        {"has struct_size 4097, expected", [](FullTable& f) { f.table.struct_size = 4097; }},
        {"has abi_major 1, expected 0", [](FullTable& f) { f.table.abi_major = 1; }},
        {"has abi_minor 99, expected at most this host's ",
         [](FullTable& f) { f.table.abi_minor = 99; }},
        {"has flags 65536 without a role, expected one of",
         [](FullTable& f) { f.table.flags = LPC_COUPLED; }},
        {"has flags 3 with two roles, expected one of",
         [](FullTable& f) { f.table.flags = kTwoRoles; }},
        {"has flags 9, expected no bits but those of 65539",
         [](FullTable& f) { f.table.flags = LPC_ROLE_RISK | 8u; }},
    });
}

BOOST_AUTO_TEST_CASE(texts_are_judged) {
    static const std::string long_text(129, 'x');
    expect({
        {"has id NULL, expected text", [](FullTable& f) { f.table.id = nullptr; }},
        {"has id \"\", expected 1 to 128 characters", [](FullTable& f) { f.table.id = ""; }},
        {"has version of more than its limit, expected 1 to 128 characters",
         [](FullTable& f) { f.table.version = long_text.c_str(); }},
        {"has build NULL, expected text", [](FullTable& f) { f.table.build = nullptr; }},
        {"has build 'a?b', expected printable ASCII", [](FullTable& f) { f.table.build = "a\nb"; }},
    });
}

BOOST_AUTO_TEST_CASE(functions_are_judged) {
    expect({
        {"has create NULL, expected an address", [](FullTable& f) { f.table.create = nullptr; }},
        {"has destroy NULL, expected an address", [](FullTable& f) { f.table.destroy = nullptr; }},
        {"has on_turn NULL, expected an address", [](FullTable& f) { f.table.on_turn = nullptr; }},
        {"has hooks NULL, expected an address", [](FullTable& f) { f.table.hooks = nullptr; }},
        {"has hooks_size 0, expected sizeof(lpc_hooks)",
         [](FullTable& f) { f.table.hooks_size = 0; }},
        {"has hooks_size 12, expected", [](FullTable& f) { f.table.hooks_size = 12; }},
        {"has hooks_size 8000, expected", [](FullTable& f) { f.table.hooks_size = 8000; }},
    });
}

BOOST_AUTO_TEST_CASE(parameters_are_judged) {
    static const std::string long_text(513, 'x');
    expect({
        {"has param_count 1025, expected 0 to 1024",
         [](FullTable& f) { f.table.param_count = 1025; }},
        {"has params NULL, expected one exactly if param_count (here 2) is not 0",
         [](FullTable& f) { f.table.params = nullptr; }},
        {"has params an address, expected one exactly if param_count (here 0) is not 0",
         [](FullTable& f) { f.table.param_count = 0; }},
        {"has params[1].id 0, expected a number from 1", [](FullTable& f) { f.params[1].id = 0; }},
        {"has params[1].id ('pause_ns') 1 a second time, expected unique ids",
         [](FullTable& f) { f.params[1].id = 1; }},
        {"has params[1].name NULL", [](FullTable& f) { f.params[1].name = nullptr; }},
        {"has params[1].name \"\"", [](FullTable& f) { f.params[1].name = ""; }},
        {"has params[0].name 'Slice', expected only a-z, 0-9 and _",
         [](FullTable& f) { f.params[0].name = "Slice"; }},
        {"has params[1].name 'slice_lots' a second time, expected unique names",
         [](FullTable& f) { f.params[1].name = "slice_lots"; }},
        {"has params[0].help ('slice_lots') NULL, expected text",
         [](FullTable& f) { f.params[0].help = nullptr; }},
        {"has params[0].help ('slice_lots') of more than its limit, expected 1 to 512",
         [](FullTable& f) { f.params[0].help = long_text.c_str(); }},
        {"has params[0] ('slice_lots') min 11, initial 10, max 100, expected min <= initial <= max",
         [](FullTable& f) { f.params[0].min = 11; }},
        {"has params[0] ('slice_lots') min 1, initial 10, max 9, expected min <= initial <= max",
         [](FullTable& f) { f.params[0].max = 9; }},
    });
}

BOOST_AUTO_TEST_CASE(saved_state_is_judged) {
    static const std::vector<const char*> endless(100, "org.example.full/1");
    static const char* const nothing[] = {nullptr};
    static const char* const unnamed[] = {"", nullptr};
    expect({
        {"has state_id NULL, expected text because save is an address",
         [](FullTable& f) { f.table.state_id = nullptr; }},
        {"has state_id text, expected NULL because save is NULL",
         [](FullTable& f) { f.table.save = nullptr; }},
        {"has state_id \"\"", [](FullTable& f) { f.table.state_id = ""; }},
        {"has record_max 0, expected 1 to 16777216 bytes",
         [](FullTable& f) { f.table.record_max = 0; }},
        {"has record_max 16777217, expected", [](FullTable& f) { f.table.record_max = 16777217; }},
        {"has record_max 256, expected 0 because save is NULL",
         [](FullTable& f) {
             f.table.save = nullptr;
             f.table.state_id = nullptr;
         }},
        {"has state_loads NULL, expected an address because load is one",
         [](FullTable& f) { f.table.state_loads = nullptr; }},
        {"has state_loads an address, expected NULL because load is NULL",
         [](FullTable& f) { f.table.load = nullptr; }},
        {"has state_loads without a format, expected 1 to 64 formats",
         [](FullTable& f) { f.table.state_loads = nothing; }},
        {"has state_loads without an end, expected 1 to 64 formats",
         [](FullTable& f) { f.table.state_loads = endless.data(); }},
        {"has state_loads[0] \"\"", [](FullTable& f) { f.table.state_loads = unnamed; }},
    });
}

BOOST_AUTO_TEST_SUITE_END()
