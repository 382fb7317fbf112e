// The model's table, and the ways to be broken that only the border with the host knows.
#include "model.hpp"

namespace {

using lpc::model::broken;
using lpc::model::Model;
using Entry = lpc::PluginEntry<Model>;

Model& model(lpc_instance* self) {
    return *reinterpret_cast<Model*>(self);
}

constexpr lpc_hooks kHonestHooks = Entry::hooks();
constexpr auto kLoads = Entry::state_loads();
constexpr lpc_plugin kHonest = Entry::table(&kHonestHooks, kLoads.data());

lpc_status hear_price(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    ++model(self).calls;
    return kHonestHooks.on_price(self, facts, count);
}

constexpr lpc_hooks hooks() {
    lpc_hooks all = kHonestHooks;
    all.on_price = hear_price;
    return all;
}
constexpr lpc_hooks kHooks = hooks();

void soil(lpc_command& command) {
    if (broken("soils_the_flags")) command.flags = 1;
    if (command.kind != LPC_CMD_TIMER) return;
    if (broken("soils_a_word")) command.u.word[3] = 1;
    if (broken("invents_a_command")) command.kind = 14;
    if (broken("speaks_in_another_role")) {
        command.kind = LPC_CMD_RELEASE;
        command.u = {};
    }
}

lpc_status on_turn(lpc_instance* self, const lpc_turn* turn, lpc_output* out) {
    model(self).little_room = out->capacity < 8;
    if (broken("has_more_for_ever") && turn->seq > 500) {
        out->commands[0] = lpc_command{};
        out->commands[0].kind = LPC_CMD_TIMER;
        out->count = out->more = 1;
        return LPC_OK;
    }
    const lpc_status status = kHonest.on_turn(self, turn, out);
    if (broken("carries_for_ever")) out->carried = 1;
    if (status != LPC_OK || out->count == 0) return status;
    if (broken("writes_past_its_room")) out->commands[out->capacity].tag = 7;
    if (broken("writes_before_its_room")) (out->commands - 1)->tag = 7;
    if (broken("counts_too_many")) out->count = out->capacity + 1;
    if (broken("has_more_and_gives_nothing")) {
        out->count = 0;
        out->more = 1;
    }
    if (broken("carries_too_many")) out->carried = 1'000'000;
    for (std::uint32_t i = 0; i < out->count && i < out->capacity; ++i) soil(out->commands[i]);
    return status;
}

lpc_status save(lpc_instance* self, std::uint64_t account, lpc_record* out) {
    const lpc_status status = kHonest.save(self, account, out);
    if (broken("writes_past_the_record")) out->data[out->capacity] = 7;
    if (broken("saves_too_much") && out->capacity > kHonest.record_max)
        out->size = kHonest.record_max + 1;
    return status;
}

lpc_status load(lpc_instance* self, std::uint64_t account, std::uint32_t format,
                const lpc_record* in) {
    if (broken("crashes_on_short_records") && in->size < 9) __builtin_trap();
    if (broken("fails_on_bad_records") && kHonest.load(self, account, format, in) != LPC_OK)
        return LPC_FAILED;
    if (broken("takes_any_format")) format = 0;
    return kHonest.load(self, account, format, in);
}

constexpr lpc_plugin table() {
    lpc_plugin made = kHonest;
    made.hooks = &kHooks;
    made.on_turn = on_turn;
    made.save = save;
    made.load = load;
    return made;
}

}  // namespace

constinit const lpc_plugin lpc_plugin_v0 = table();
