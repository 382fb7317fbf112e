// Keys, signatures, the list of clients and the policy on plugin files: what is wrong is refused,
// each in its own sentence.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <control/client_list.hpp>
#include <control/plugin_policy.hpp>
#include <control/signing.hpp>
#include <filesystem>
#include <sockets/curve_keys.hpp>
#include <sockets/endpoint.hpp>
#include <support/control_rig.hpp>

using namespace lpc;
using namespace lpc::control;
using namespace lpc::sockets;
using lpc::test::TestFolder;

namespace {

template <class T>
bool refused(const Result<T>& result, const std::string& part) {
    if (result) return false;
    const bool found = result.error().message.find(part) != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE(result.error().message);
    return found;
}

unsigned mode_of(const std::string& path) {
    struct stat state {};
    BOOST_REQUIRE(::stat(path.c_str(), &state) == 0);
    return state.st_mode & 07777u;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_keys)

BOOST_AUTO_TEST_CASE(curve_keys_are_read_as_written_by_their_owner_only_and_never_replaced) {
    const TestFolder folder;
    CurveKeys keys = *make_curve_keys();
    keys.server_key = make_curve_keys()->public_key;
    const std::string path = folder.path("ann.keys");
    BOOST_REQUIRE(write_curve_keys(path, keys).has_value());
    BOOST_TEST(mode_of(path) == 0600u);
    const auto read = read_curve_keys(path);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->public_key == keys.public_key);
    BOOST_TEST(read->secret_key == keys.secret_key);
    BOOST_TEST(read->server_key == keys.server_key);
    BOOST_TEST(refused(write_curve_keys(path, keys), "is there already"));
    ::chmod(path.c_str(), 0640);
    BOOST_TEST(refused(read_curve_keys(path), "mode 0640, expected 0600"));
}

BOOST_AUTO_TEST_CASE(a_wrong_key_file_is_refused) {
    const TestFolder folder;
    const CurveKeys a = *make_curve_keys();
    const CurveKeys b = *make_curve_keys();
    const auto file = [&](const std::string& text) {
        const std::string path = folder.write("keys", text);
        ::chmod(path.c_str(), 0600);
        return read_curve_keys(path);
    };
    const std::string secret = "curve_secret " + a.secret_key + "\n";
    BOOST_TEST(file("curve_public " + a.public_key + "\n" + secret).has_value());
    BOOST_TEST(refused(file("curve_public " + b.public_key + "\n" + secret), "does not belong"));
    BOOST_TEST(refused(file(secret), "no line 'curve_public"));
    BOOST_TEST(refused(file(secret + secret), "twice"));
    BOOST_TEST(refused(file("curve_public short\n" + secret), "expected a CURVE key"));
    BOOST_TEST(refused(file("colour blue\n"), "unknown name 'colour'"));
    BOOST_TEST(refused(file("curve_public\n"), "found 1 words"));
    BOOST_TEST(refused(read_curve_keys(folder.path("none")), "cannot be opened"));
    BOOST_TEST(refused(read_curve_keys(folder.path()), "is a folder, expected a text file"));
    BOOST_TEST(!is_curve_key(std::string(39, 'a') + '"'));
    BOOST_TEST(!is_curve_key(std::string(40, '#')));  // beyond 32 bits
}

BOOST_AUTO_TEST_CASE(a_signature_holds_for_its_content_and_its_key_only) {
    const TestFolder folder;
    const SigningKeys keys = *make_signing_keys();
    const std::string key_file = folder.path("sign.keys");
    BOOST_REQUIRE(write_signing_keys(key_file, keys).has_value());
    BOOST_TEST(mode_of(key_file) == 0600u);
    BOOST_TEST(read_signing_keys(key_file)->secret_seed == keys.secret_seed);
    const std::string file = folder.write("twap.so", "the plugin");
    const std::string sha256 = *sha256_of_file(file);
    BOOST_TEST(sha256 == "2608529ddca508ae0d4d423feeb5c7104f5a89155c9bf2cc70c8b909cb3efe42");
    const auto verified = [&] {
        return verify_signature(file, *sha256_of_file(file), {keys.public_key});
    };
    BOOST_TEST(refused(verified(), "is unsigned"));
    BOOST_TEST(*sign_file(file, keys) == sha256);
    BOOST_TEST(*verified() == keys.public_key);
    const std::string other = make_signing_keys()->public_key;
    BOOST_TEST(refused(verify_signature(file, sha256, {other}), "unknown key"));
    BOOST_TEST(refused(verify_signature(file, sha256, {}), "unknown key"));
    folder.write("twap.so", "another plugin");
    BOOST_TEST(refused(verified(), "of other content"));
    // The other content claimed as signed.
    const std::string now = *sha256_of_file(file);
    folder.write("twap.so.sig", "sha256 " + now + "\nkey " + keys.public_key + "\nsignature " +
                                    std::string(128, '0') + "\n");
    BOOST_TEST(refused(verified(), "signature is wrong"));
    folder.write("twap.so.sig", "sha256 " + now + "\nkey " + keys.public_key + "\n");
    BOOST_TEST(refused(verified(), "no line 'signature"));
    BOOST_TEST(*sign_file(file, keys) == now);
    BOOST_TEST(verified().has_value());
}

BOOST_AUTO_TEST_CASE(a_plugin_file_lies_in_a_plugin_folder_whatever_its_name_says) {
    const TestFolder folder;
    const std::string inside = folder.write("plugins/twap.so", "in");
    const std::string outside = folder.write("plugins_not/twap.so", "out");
    const PluginPolicy policy{{folder.path("plugins")}, false, {}};
    const auto judged = judge(policy, inside);
    BOOST_REQUIRE(judged.has_value());
    BOOST_TEST(judged->path == inside);
    BOOST_TEST(judged->sha256 == *sha256_of_file(inside));
    BOOST_TEST(judge(policy, "twap.so")->path == inside);
    BOOST_TEST(judge(policy, folder.path("plugins_not/../plugins/twap.so"))->path == inside);
    BOOST_TEST(refused(judge(policy, outside), "expected a file in a plugin folder"));
    std::filesystem::create_symlink(outside, folder.path("plugins/link.so"));
    BOOST_TEST(refused(judge(policy, folder.path("plugins/link.so")), "plugins_not/twap.so"));
    std::filesystem::create_symlink(inside, folder.path("to_inside.so"));
    BOOST_TEST(judge(policy, folder.path("to_inside.so"))->path == inside);
    BOOST_TEST(refused(judge(policy, folder.path("plugins/none.so")), "no such file"));
    BOOST_TEST(refused(judge(policy, "none.so"), "no such file"));
    BOOST_TEST(refused(judge(policy, folder.path("plugins")), "expected a file in"));
    std::filesystem::create_directory(folder.path("plugins/folder.so"));
    BOOST_TEST(refused(judge(policy, "folder.so"), "is a folder, expected a plugin file"));
    BOOST_TEST(refused(judge({}, inside), "(none)"));
}

BOOST_AUTO_TEST_CASE(where_signatures_are_required_only_a_signed_file_passes) {
    const TestFolder folder;
    const SigningKeys keys = *make_signing_keys();
    const std::string file = folder.write("plugins/twap.so", "in");
    const PluginPolicy policy{{folder.path("plugins")}, true, {keys.public_key}};
    BOOST_TEST(refused(judge(policy, file), "is unsigned"));
    BOOST_REQUIRE(sign_file(file, keys).has_value());
    BOOST_TEST(judge(policy, file)->signer == keys.public_key);
    BOOST_REQUIRE(sign_file(file, *make_signing_keys()).has_value());
    BOOST_TEST(refused(judge(policy, file), "unknown key"));
}

BOOST_AUTO_TEST_CASE(the_list_of_clients_is_read_again_when_it_changes) {
    const TestFolder folder;
    const std::string a = make_curve_keys()->public_key;
    const std::string b = make_curve_keys()->public_key;
    const std::string path =
        folder.write("clients", "# who\n\noperator ann " + a + "\nviewer bob " + b + "\n");
    auto list = ClientList::open(path);
    BOOST_REQUIRE(list.has_value());
    BOOST_TEST((*list->find(a) == Caller{"ann", a, Role::operating}));
    BOOST_TEST(!list->refresh().removed);
    folder.write("clients", "approver bob " + b + "\n");
    BOOST_TEST(list->refresh().removed);
    BOOST_TEST(!list->find(a).has_value());
    BOOST_TEST((list->find(b)->role == Role::approver));
    // A wrong line admits nobody, the others stay; a file that is gone admits nobody at all.
    folder.write("clients", "approver bob " + b + "\nking ann " + a + "\n");
    BOOST_TEST(list->refresh().wrong.size() == 1u);
    BOOST_TEST(list->find(b).has_value());
    BOOST_TEST(!list->find(a).has_value());
    std::filesystem::remove(path);
    const ClientList::Change gone = list->refresh();
    BOOST_TEST(gone.removed);
    BOOST_TEST(gone.wrong.size() == 1u);
    BOOST_TEST(!list->find(b).has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_line_of_the_list_is_told_with_its_number) {
    const TestFolder folder;
    const std::string a = make_curve_keys()->public_key;
    const std::string b = make_curve_keys()->public_key;
    const auto open = [&](const std::string& text) {
        return ClientList::open(folder.write("clients", text));
    };
    BOOST_TEST(refused(open("\nking ann " + a), "line 2: found the role 'king'"));
    BOOST_TEST(refused(open("viewer ann"), "found 2 words"));
    BOOST_TEST(refused(open("viewer ann tooshort"), "expected a CURVE public key"));
    BOOST_TEST(refused(open("viewer ann " + a + "\nviewer ann " + b), "the name 'ann' twice"));
    BOOST_TEST(refused(open("viewer ann " + a + "\noperator bob " + a), "the key of 'ann' again"));
    BOOST_TEST(refused(ClientList::open(folder.path("none")), "cannot be opened"));
}

BOOST_AUTO_TEST_CASE(plaintext_is_for_ipc_only_and_only_if_configured) {
    const Protection keys{true, false};
    const Protection plain{false, true};
    BOOST_TEST(judge_endpoint("tcp://127.0.0.1:*", keys).has_value());
    BOOST_TEST(judge_endpoint("ipc:///run/lpc", keys).has_value());
    BOOST_TEST(judge_endpoint("ipc:///run/lpc", plain).has_value());
    BOOST_TEST(
        refused(judge_endpoint("tcp://127.0.0.1:*", plain), "expected keys (CURVE) for tcp"));
    BOOST_TEST(refused(judge_endpoint("ipc:///run/lpc", {}), "that allows plaintext"));
    BOOST_TEST(refused(judge_endpoint("ipc://@lpc", keys), "path of a file"));
    BOOST_TEST(refused(judge_endpoint("ipc://" + std::string(200, 'a'), keys), "found a path of"));
    BOOST_TEST(refused(judge_endpoint("udp://127.0.0.1:1", keys), "expected ipc://PATH or tcp"));
    BOOST_TEST(refused(judge_endpoint("", keys), "expected ipc://PATH or tcp"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_socket_is_never_removed_for_an_endpoint) {
    const TestFolder folder;
    BOOST_TEST(judge_ipc_place(folder.path("free")).has_value());
    BOOST_TEST(refused(judge_ipc_place(folder.write("mine", "text")), "no socket lies there"));
}

BOOST_AUTO_TEST_SUITE_END()
