#include <boost/test/unit_test.hpp>
#include <scenario/config_reader.hpp>
#include <string>
#include <vector>

using lpc::scenario::ConfigFile;
using lpc::scenario::ConfigTable;

namespace {

// Reads the text with `fill` and returns the sentence of the failure, "" if there is none.
template <class Fill>
std::string sentence(const std::string& text, Fill fill) {
    auto file = ConfigFile::parse(text, "a.toml");
    if (!file) return file.error().message;
    const auto read = file->read([&](const ConfigTable& root) {
        fill(root);
        return true;
    });
    return read ? "" : read.error().message;
}

const char* kGood = R"(# a comment
name = "flash crash"
seed = 42
paused = true
side = "long"
levels = [1, 2, 3]
tags = ["a", "b"]
from = 2025-02-03T01:30:00Z
to = "2025-02-03T04:00:00Z"
tick = "0.001"
price = "2.739"

[accounts]
count = 20000

[[stages]]
name = "margin"
[[stages]]
name = "twap"
params.slice = 5
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(config_reader)

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read) {
    const auto fill = [](const ConfigTable& root) {
        BOOST_TEST(root.required_string("name") == "flash crash");
        BOOST_TEST(root.required_int("seed", {0, 100}) == 42);
        BOOST_TEST(root.required_bool("paused"));
        BOOST_TEST(root.one_of("side", {"short", "long"}) == "long");
        BOOST_TEST((root.required_ints("levels", {1, 3}) == std::vector<std::int64_t>{1, 2, 3}));
        BOOST_TEST((root.required_strings("tags") == std::vector<std::string>{"a", "b"}));
        BOOST_TEST(root.required_time("from") == 1'738'546'200'000'000'000);
        BOOST_TEST(root.required_time("to") == 1'738'555'200'000'000'000);
        BOOST_TEST(root.required_size("tick") == "0.001");
        BOOST_TEST(root.required_decimal("price", "0.001", {1, 2739}) == 2739);
        BOOST_TEST(root.required_table("accounts").required_int("count") == 20'000);
        const auto stages = root.tables("stages", 2);
        BOOST_REQUIRE(stages.size() == 2u);
        BOOST_TEST(stages[0].required_string("name") == "margin");
        BOOST_TEST(!stages[0].optional_table("params"));
        BOOST_TEST(stages[1].required_string("name") == "twap");
        const auto params = stages[1].optional_table("params");
        BOOST_REQUIRE(params);
        BOOST_TEST((params->keys() == std::vector<std::string>{"slice"}));
        BOOST_TEST(params->required_int("slice") == 5);
    };
    BOOST_TEST(sentence(kGood, fill) == "");
}

BOOST_AUTO_TEST_CASE(an_absent_optional_key_takes_its_fallback_and_a_present_one_is_checked) {
    const auto fill = [](const ConfigTable& root) {
        BOOST_TEST(root.optional_int("a", 7) == 7);
        BOOST_TEST(root.optional_string("b", "x") == "x");
        BOOST_TEST(root.optional_bool("c", true));
        BOOST_TEST(root.optional_one_of("d", "y", {"x", "y"}) == "y");
        BOOST_TEST(root.optional_time("e", 9) == 9);
        BOOST_TEST(root.optional_decimal("f", 5, "0.1") == 5);
        BOOST_TEST(!root.optional_table("g"));
        BOOST_TEST(root.tables("h").empty());
        BOOST_TEST(!root.has("i"));
    };
    BOOST_TEST(sentence("", fill) == "");
    BOOST_TEST(sentence("x = 1\n\na = \"1\"", [](const ConfigTable& root) {
                   BOOST_TEST(root.required_int("x") == 1);
                   root.optional_int("a", 7);
               }) == "a.toml: line 3, key a: found \"1\", expected an integer");
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_told_at_its_table) {
    BOOST_TEST(sentence("x = 1\n[accounts]\n",
                        [](const ConfigTable& root) {
                            root.required_int("x");
                            root.required_table("accounts").required_int("count", {1, 10});
                        }) ==
               "a.toml: line 2, key accounts.count: found nothing, expected an integer from 1 "
               "to 10");
    BOOST_TEST(sentence("", [](const ConfigTable& root) {
                   root.required_table("accounts").required_int("count");
               }) == "a.toml: line 1, key accounts: found nothing, expected a table, [accounts]");
    BOOST_TEST(sentence("", [](const ConfigTable& root) { root.tables("stages", 1); }) ==
               "a.toml: line 1, key stages: found nothing, expected tables, [[stages]]");
}

BOOST_AUTO_TEST_CASE(an_integer_outside_its_range_is_refused) {
    const auto with = [](lpc::scenario::IntRange range) {
        return sentence("[a]\nb = 0", [range](const ConfigTable& root) {
            root.required_table("a").required_int("b", range);
        });
    };
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    BOOST_TEST(with({}) == "");
    BOOST_TEST(with({0, 0}) == "");
    BOOST_TEST(with({1, 9}) == "a.toml: line 2, key a.b: found 0, expected an integer from 1 to 9");
    BOOST_TEST(with({1}) == "a.toml: line 2, key a.b: found 0, expected an integer of at least 1");
    BOOST_TEST(with({least, -1}) ==
               "a.toml: line 2, key a.b: found 0, expected an integer of at most -1");
}

BOOST_AUTO_TEST_CASE(each_wrong_type_is_told_as_it_stands) {
    const auto as_int = [](const std::string& value) {
        return sentence("a = " + value, [](const ConfigTable& root) { root.required_int("a"); });
    };
    const std::string front = "a.toml: line 1, key a: found ";
    BOOST_TEST(as_int("1.5") == front + "a floating-point number, expected an integer");
    BOOST_TEST(as_int("true") == front + "true, expected an integer");
    BOOST_TEST(as_int("[1]") == front + "an array, expected an integer");
    BOOST_TEST(as_int("{}") == front + "a table, expected an integer");
    BOOST_TEST(as_int("2025-02-03") == front + "2025-02-03, expected an integer");
    BOOST_TEST(as_int("07:30:00") == front + "07:30:00, expected an integer");
    BOOST_TEST(as_int("2025-02-03T01:30:00Z") ==
               front + "2025-02-03T01:30:00Z, expected an integer");
}

BOOST_AUTO_TEST_CASE(text_booleans_and_names_are_checked) {
    const auto fails = [](const std::string& value, auto getter) {
        return sentence("a = " + value, getter);
    };
    const std::string front = "a.toml: line 1, key a: found ";
    const auto text = [](const ConfigTable& root) { root.required_string("a"); };
    BOOST_TEST(fails("\"\"", text) == front + "\"\", expected text in quotes, not empty");
    BOOST_TEST(fails("1", text) == front + "1, expected text in quotes, not empty");
    const auto boolean = [](const ConfigTable& root) { root.required_bool("a"); };
    BOOST_TEST(fails("1", boolean) == front + "1, expected true or false");
    const auto name = [](const ConfigTable& root) { root.one_of("a", {"fifo", "lifo"}); };
    BOOST_TEST(fails("\"fifoo\"", name) == front + "\"fifoo\", expected one of \"fifo\", \"lifo\"");
    const auto only = [](const ConfigTable& root) { root.one_of("a", {"fifo"}); };
    BOOST_TEST(fails("2", only) == front + "2, expected \"fifo\"");
}

BOOST_AUTO_TEST_CASE(elements_of_arrays_are_named_by_their_place) {
    BOOST_TEST(sentence("a = [1,\n 99]", [](const ConfigTable& root) {
                   BOOST_TEST(root.required_ints("a", {0, 9}).empty());
               }) == "a.toml: line 2, key a[1]: found 99, expected an integer from 0 to 9");
    BOOST_TEST(sentence("a = 1", [](const ConfigTable& root) { root.required_ints("a"); }) ==
               "a.toml: line 1, key a: found 1, expected an array of integers");
    BOOST_TEST(sentence("a = [\"x\", 2]", [](const ConfigTable& root) {
                   root.required_strings("a");
               }) == "a.toml: line 1, key a[1]: found 2, expected text in quotes, not empty");
    BOOST_TEST(sentence("a = 1", [](const ConfigTable& root) { root.required_strings("a"); }) ==
               "a.toml: line 1, key a: found 1, expected an array of texts in quotes");
    BOOST_TEST(sentence("[[a]]\nb = 1\n[[a]]\nb = 0", [](const ConfigTable& root) {
                   for (const ConfigTable& each : root.tables("a")) each.required_int("b", {1, 9});
               }) == "a.toml: line 4, key a[1].b: found 0, expected an integer from 1 to 9");
    BOOST_TEST(sentence("a = [{}, 3]", [](const ConfigTable& root) { root.tables("a"); }) ==
               "a.toml: line 1, key a[1]: found 3, expected a table, [[a]]");
    BOOST_TEST(sentence("[[a]]", [](const ConfigTable& root) { root.tables("a", 2); }) ==
               "a.toml: line 1, key a: found an array, expected 2 or more of tables, [[a]]");
}

BOOST_AUTO_TEST_CASE(times_are_utc) {
    const auto time = [](const std::string& value) {
        return sentence("a = " + value, [](const ConfigTable& root) { root.required_time("a"); });
    };
    const std::string end = ", expected a UTC time such as 2025-02-03T01:30:00Z, from 1970 to 2116";
    const std::string front = "a.toml: line 1, key a: found ";
    BOOST_TEST(time("2025-02-03T01:30:00Z") == "");
    BOOST_TEST(time("2025-02-03T01:30:00+00:00") == "");
    BOOST_TEST(time("2025-02-03T01:30:00") == front + "2025-02-03T01:30:00" + end);
    BOOST_TEST(time("2025-02-03T01:30:00+01:00") == front + "2025-02-03T01:30:00+01:00" + end);
    BOOST_TEST(time("\"3 Feb\"") == front + "\"3 Feb\"" + end);
    BOOST_TEST(time("1738546200") == front + "1738546200" + end);
    BOOST_TEST(time("1969-12-31T23:59:59Z") == front + "1969-12-31T23:59:59Z" + end);
}

BOOST_AUTO_TEST_CASE(decimals_are_exact) {
    const auto decimal = [](const std::string& value) {
        return sentence("a = " + value, [](const ConfigTable& root) {
            root.required_decimal("a", "0.5", {1, 10});
        });
    };
    const std::string front = "a.toml: line 1, key a: found ";
    BOOST_TEST(decimal("\"2.5\"") == "");
    BOOST_TEST(decimal("2") == "");
    BOOST_TEST(decimal("2.5") == front +
                                     "a floating-point number, expected decimal text in quotes, "
                                     "such as \"2.5\"");
    BOOST_TEST(decimal("\"2,5\"") ==
               front + "\"2,5\", expected decimal text in quotes, such as \"2.5\"");
    BOOST_TEST(decimal("\"2.3\"") == front + "\"2.3\", expected a multiple of 0.5");
    BOOST_TEST(decimal("\"0\"") == front + "\"0\", expected a count from 1 to 10 times 0.5");
    BOOST_TEST(decimal("\"5.5\"") == front + "\"5.5\", expected a count from 1 to 10 times 0.5");
    const auto size = [](const std::string& value) {
        return sentence("a = " + value, [](const ConfigTable& root) { root.required_size("a"); });
    };
    BOOST_TEST(size("0.001") == front +
                                    "a floating-point number, expected decimal text in quotes "
                                    "above zero, such as \"0.001\"");
    BOOST_TEST(size("\"0\"") ==
               front + "\"0\", expected decimal text in quotes above zero, such as \"0.001\"");
}

BOOST_AUTO_TEST_CASE(a_key_that_nobody_asked_for_is_told_with_the_nearest_known_one) {
    const auto fill = [](const ConfigTable& root) {
        const auto accounts = root.required_table("accounts");
        accounts.optional_int("count", 0);
        accounts.optional_int("leverage_min", 0);
        accounts.optional_int("leverage_max", 0);
    };
    BOOST_TEST(sentence("[accounts]\nlevrage_max = 5", fill) ==
               "a.toml: line 2, key accounts.levrage_max: found an unknown key, expected a known "
               "key, of which the nearest is leverage_max");
    BOOST_TEST(sentence("[accounts]\ncuont = 5\naaa = 1", fill) ==
               "a.toml: line 2, key accounts.cuont: found an unknown key, expected a known key, of "
               "which the nearest is count");
    BOOST_TEST(sentence("[accounts]\n[acounts]\ncount = 1", fill) ==
               "a.toml: line 2, key acounts: found an unknown key, expected a known key, of which "
               "the nearest is accounts");
    BOOST_TEST(sentence("a = 1", [](const ConfigTable&) {}) ==
               "a.toml: line 1, key a: found an unknown key, expected no keys in this table");
}

BOOST_AUTO_TEST_CASE(two_letters_in_the_wrong_order_are_one_mistake) {
    BOOST_TEST(sentence("mni = 5",
                        [](const ConfigTable& root) {
                            root.optional_int("min", 0);
                            root.optional_int("max", 0);
                        }) ==
               "a.toml: line 1, key mni: found an unknown key, expected a known key, of which "
               "the nearest is min");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_no_bare_name_is_told_in_quotes_on_one_line) {
    BOOST_TEST(
        sentence("[t]\n\"a\\nb\" = 5",
                 [](const ConfigTable& root) { root.required_table("t").optional_int("a", 0); }) ==
        "a.toml: line 2, key t.\"a\\x0ab\": found an unknown key, expected a known key, "
        "of which the nearest is a");
}

BOOST_AUTO_TEST_CASE(the_misspelling_of_a_missing_key_is_told_instead_of_it) {
    BOOST_TEST(
        sentence("\ncuont = 5", [](const ConfigTable& root) { root.required_int("count"); }) ==
        "a.toml: line 2, key cuont: found an unknown key, expected count, which is missing");
    BOOST_TEST(sentence("[acounts]\ncount = 5",
                        [](const ConfigTable& root) {
                            root.required_table("accounts").required_int("count");
                        }) ==
               "a.toml: line 1, key acounts: found an unknown key, expected accounts, which is "
               "missing");
    // Nothing like it, or in another table: the key is simply not there.
    for (const char* text : {"a = {}\nleverage = 5", "a.cuont = 5"})
        BOOST_TEST(sentence(text, [](const ConfigTable& root) {
                       root.required_table("a");
                       root.required_int("count");
                   }) == "a.toml: line 1, key count: found nothing, expected an integer");
    // What is there, but wrong, comes first.
    BOOST_TEST(sentence("cuont = 5\na = 1", [](const ConfigTable& root) {
                   root.required_bool("a");
                   root.required_int("count");
               }) == "a.toml: line 2, key a: found 1, expected true or false");
}

BOOST_AUTO_TEST_CASE(a_word_out_of_a_list_is_told_with_its_place_and_the_nearest) {
    const auto words = [](const ConfigTable& root) {
        const auto found = root.several_of("a", {"order", "cancel"});
        BOOST_TEST((found.empty() || found == std::vector<std::string>{"cancel", "order"}));
    };
    BOOST_TEST(sentence("a = [\"cancel\", \"order\"]", words) == "");
    BOOST_TEST(sentence("a = [\"order\",\n \"cancell\"]", words) ==
               "a.toml: line 2, key a[1]: found \"cancell\", expected one of \"order\", "
               "\"cancel\", of which the nearest is \"cancel\"");
}

BOOST_AUTO_TEST_CASE(the_first_error_is_kept_and_getters_go_on_with_harmless_values) {
    const auto fill = [](const ConfigTable& root) {
        BOOST_TEST(root.required_int("a", {3, 9}) == 3);
        BOOST_TEST(root.required_string("b") == "");
        BOOST_TEST(root.one_of("c", {"x", "y"}) == "x");
        BOOST_TEST(root.required_decimal("d", "1", {4, 9}) == 4);
        BOOST_TEST(root.required_decimal("d", "", {4, 9}) == 4);
        BOOST_TEST(root.required_time("e") == 0);
        BOOST_TEST(root.required_table("f").required_table("g").required_int("h", {5, 9}) == 5);
        BOOST_TEST(root.tables("i", 1).empty());
    };
    BOOST_TEST(sentence("", fill) ==
               "a.toml: line 1, key a: found nothing, expected an integer from 3 to 9");
}

BOOST_AUTO_TEST_CASE(the_readers_own_rule_is_told_like_any_other) {
    BOOST_TEST(sentence("a = 5\nb = 4", [](const ConfigTable& root) {
                   const auto low = root.required_int("a");
                   if (root.required_int("b") < low) root.reject("b", "at least a, which is 5");
               }) == "a.toml: line 2, key b: found 4, expected at least a, which is 5");
}

BOOST_AUTO_TEST_CASE(the_same_table_read_twice_is_one_table) {
    BOOST_TEST(sentence("[a]\nb = 1\nc = 2", [](const ConfigTable& root) {
                   root.required_table("a").required_int("b");
                   root.required_table("a").required_int("c");
               }) == "");
}

BOOST_AUTO_TEST_CASE(text_that_is_not_toml_is_told_with_line_and_column) {
    const auto nothing = [](const ConfigTable&) {};
    const std::string end = "), expected a TOML file";
    BOOST_TEST(sentence("a = 1\nb = ", nothing) ==
               "a.toml: line 2, column 5: found text that is not TOML (Error while parsing "
               "key-value pair: encountered end-of-file" +
                   end);
    BOOST_TEST(sentence("a = 1\na = 2", nothing) ==
               "a.toml: line 2, column 5: found text that is not TOML (Error while parsing "
               "key-value pair: cannot redefine existing integer 'a'" +
                   end);
    BOOST_TEST(sentence("a = 99999999999999999999", nothing) ==
               "a.toml: line 1, column 25: found text that is not TOML (Error while parsing "
               "decimal integer: '99999999999999999999' is not representable in 64 bits" +
                   end);
    BOOST_TEST(sentence("a = \"\xff\"", nothing) ==
               "a.toml: line 1, column 5: found text that is not TOML (Encountered invalid utf-8 "
               "sequence" +
                   end);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_told) {
    const auto file = ConfigFile::load("no/such/file.toml");
    BOOST_REQUIRE(!file);
    BOOST_TEST(file.error().message ==
               "no/such/file.toml: cannot be opened (No such file or directory), expected a "
               "readable file");
}

BOOST_AUTO_TEST_CASE(a_file_that_a_key_names_starts_at_the_folder_of_the_file_and_must_be_there) {
    const std::string here = LPC_SOURCE_DIR "/tests/unit/a.toml";
    const auto read = [&](const std::string& named) {
        auto file = ConfigFile::parse("x = 1\nf = " + named, here);
        const auto path = file->read([](const ConfigTable& root) {
            BOOST_TEST(root.place_of("x").ends_with("a.toml: line 1, key x"));
            return root.required_file("f") + root.optional_file("absent");
        });
        return path ? *path : path.error().message;
    };
    BOOST_TEST(read("\"../unit/CMakeLists.txt\"") == LPC_SOURCE_DIR "/tests/unit/CMakeLists.txt");
    BOOST_TEST(read("\"" LPC_SOURCE_DIR "/README.md\"") == LPC_SOURCE_DIR "/README.md");
    BOOST_TEST(read("\"../no.toml\"") ==
               here + ": line 2, key f: found \"../no.toml\", expected a file, but there is no " +
                   LPC_SOURCE_DIR
                   "/tests/no.toml (a relative path starts at the folder of the "
                   "file that names it)");
    BOOST_TEST(read("5") == here + ": line 2, key f: found 5, expected text in quotes, not empty");
}

BOOST_AUTO_TEST_SUITE_END()
