#include "control_args.hpp"

#include <memory>

#include "command_line.hpp"

namespace lpc::app {
namespace {

using control::Verb;

constexpr std::uint64_t kTimeoutMax_s = 86'400;

const char* help_of(Verb verb) {
    switch (verb) {
        case Verb::status:
            return "how a running host is";
        case Verb::stages:
            return "the stages of a running host: plugins, generations, followers";
        case Verb::swap:
            return "replace a stage's plugin in a running host";
        case Verb::shadow:
            return "let a plugin follow a stage and compare its commands";
        case Verb::rollback:
            return "put a stage's predecessor back";
        case Verb::promote:
            return "let the plugin in a stage's shadow act, or one of its arms get all accounts";
        case Verb::pause:
            return "no new liquidation orders until resume";
        case Verb::resume:
            return "end a pause";
        case Verb::hold:
            return "no new liquidation orders for one account, one instrument or everything";
        case Verb::dismiss:
            return "take the plugin in a stage's shadow away";
        case Verb::unhold:
            break;
    }
    return "end a hold";
}

void add_what(CLI::App& command, ControlArgs& args) {
    const Verb verb = args.verb;
    const bool candidate = verb == Verb::swap || verb == Verb::shadow;
    const bool of_an_arm = candidate || verb == Verb::rollback || verb == Verb::dismiss;
    if (of_an_arm || verb == Verb::promote)
        command.add_option("stage", args.stage, "the stage's name")->required();
    if (candidate) {
        command
            .add_option("file", args.file,
                        "the plugin file on the host's machine; a bare name is looked for in its "
                        "plugin folders")
            ->required();
        command.add_option("--param", args.params, "NAME=VALUE of the plugin, as often as needed");
    }
    if (verb == Verb::promote)
        command
            .add_option("arm", args.arm,
                        "shadow (ARM.shadow): what follows since `shadow`; or an arm, which gets "
                        "all accounts that come from now on")
            ->required();
    if (of_an_arm) command.add_option("--arm", args.arm, "the arm, where the stage has several");
    if (verb == Verb::swap)
        command
            .add_option("--state", args.state,
                        "transfer (default) or facts-only: the new plugin starts from the facts, "
                        "timers stay behind")
            ->check(CLI::IsMember({"transfer", "facts-only"}));
}

void add_held(CLI::App& command, ControlArgs& args) {
    auto* account = command.add_option("--account", args.account, "one account")
                        ->check(whole_number(1, UINT64_MAX));
    auto* instrument = command.add_option("--instrument", args.instrument, "one instrument")
                           ->check(whole_number(0, UINT32_MAX));
    auto* everything = command.add_flag("--everything", args.everything, "all of them");
    account->excludes(instrument)->excludes(everything);
    instrument->excludes(everything);
}

void add_verb(CLI::App& app, Verb verb, std::function<int()>& chosen) {
    auto args = std::make_shared<ControlArgs>();
    args->verb = verb;
    CLI::App* command = app.add_subcommand(std::string(name_of(verb)), help_of(verb));
    add_what(*command, *args);
    if (verb == Verb::hold || verb == Verb::unhold) add_held(*command, *args);
    command->add_option("--control", args->endpoint, "the host: ipc://PATH or tcp://ADDRESS:PORT")
        ->required();
    command->add_option("--keys", args->keys, "keys file, made by keygen with --server");
    if (changes_something(verb))
        command
            ->add_option(
                "--expect-generation", args->expect_generation,
                "only at this stage generation (pause, resume, hold, unhold: host generation)")
            ->check(whole_number(0, UINT64_MAX));
    command->add_option("--timeout-s", args->timeout_s, "wait so long for the answer; default 60")
        ->check(whole_number(1, kTimeoutMax_s));
    command->add_flag("--json", args->json, "one JSON object");
    command->callback([args, &chosen] { chosen = [args] { return control_command(*args); }; });
}

void add_keygen(CLI::App& app, std::function<int()>& chosen) {
    auto args = std::make_shared<KeygenArgs>();
    CLI::App* keygen = app.add_subcommand("keygen", "make a key pair for the control plane");
    keygen->add_option("--out", args->out, "the file, which must be new; default: lpc.keys");
    auto* server = keygen->add_option("--server", args->server,
                                      "the host's public key, kept in a client's file");
    keygen->add_flag("--signing", args->signing, "a key for `lpc sign` instead")->excludes(server);
    keygen->callback([args, &chosen] { chosen = [args] { return keygen_command(*args); }; });
}

void add_sign(CLI::App& app, std::function<int()>& chosen) {
    auto args = std::make_shared<SignArgs>();
    CLI::App* sign = app.add_subcommand("sign", "sign a plugin file: writes FILE.so.sig");
    sign->add_option("file", args->file, "the plugin file")->required();
    sign->add_option("--key", args->key, "made by keygen --signing")->required();
    sign->callback([args, &chosen] { chosen = [args] { return sign_command(*args); }; });
}

}  // namespace

void add_control_commands(CLI::App& app, std::function<int()>& chosen) {
    for (const Verb verb : control::kVerbs) add_verb(app, verb, chosen);
    add_keygen(app, chosen);
    add_sign(app, chosen);
}

}  // namespace lpc::app
