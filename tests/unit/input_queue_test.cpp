// The bounded queue by which other threads reach the engine thread; meant to be run under the
// thread sanitizer too.
#include <boost/test/unit_test.hpp>
#include <runtime/input_queue.hpp>
#include <thread>
#include <vector>

namespace lpc::runtime {
namespace {

BOOST_AUTO_TEST_SUITE(input_queue)

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_and_loses_nothing) {
    InputQueue queue(4);
    std::int64_t offered = 0;
    while (queue.offer(encode_turn(offered))) ++offered;
    BOOST_TEST(offered >= 4);
    BOOST_TEST(offered < 1000);
    Input kept = encode_turn(4711);
    BOOST_TEST(!queue.offer(std::move(kept)));
    BOOST_TEST(decode_turn(kept.bytes).value() == 4711);
    std::int64_t expected = 0;
    queue.drain(1000, [&](Input&& input) {
        BOOST_TEST(decode_turn(input.bytes).value() == expected);
        ++expected;
    });
    BOOST_TEST(expected == offered);
}

BOOST_AUTO_TEST_CASE(a_drain_takes_no_more_than_its_bound) {
    InputQueue queue(16);
    for (std::int64_t i = 0; i < 10; ++i) BOOST_REQUIRE(queue.offer(encode_turn(i)));
    const auto ignore = [](Input&&) {};
    BOOST_TEST(queue.drain(3, ignore) == 3u);
    BOOST_TEST(queue.drain(100, ignore) == 7u);
    BOOST_TEST(queue.drain(100, ignore) == 0u);
}

BOOST_AUTO_TEST_CASE(what_one_thread_offers_another_takes_in_order) {
    constexpr std::int64_t kInputs = 100'000;
    InputQueue queue(64);
    std::thread producer([&] {
        for (std::int64_t i = 0; i < kInputs; ++i) {
            Input input = encode_turn(i);
            while (!queue.offer(std::move(input))) std::this_thread::yield();
        }
    });
    std::int64_t next = 0;
    bool in_order = true;
    while (next < kInputs) {
        const std::size_t taken = queue.drain(32, [&](Input&& input) {
            in_order = in_order && decode_turn(input.bytes).value() == next;
            ++next;
        });
        if (taken == 0) std::this_thread::yield();
    }
    producer.join();
    BOOST_TEST(in_order);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace lpc::runtime
