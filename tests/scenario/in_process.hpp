// A whole run in the test's own process, its journal in a folder of the workshop.
#pragma once

#include <app/plugins.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <journal/io.hpp>
#include <journal/writer.hpp>
#include <memory>
#include <scenario/market_path.hpp>
#include <scenario/run.hpp>
#include <string>
#include <utility>
#include <vector>

#include "scenario/workshop.hpp"

namespace lpc::tests {

// A run with everything that it borrows from.
struct InProcess {
    scenario::ScenarioConfig config;
    scenario::MarketPath market;
    std::unique_ptr<app::Plugins> plugins;
    std::unique_ptr<journal::Writer> writer;
    std::unique_ptr<scenario::Run> run;

    InProcess(const Workshop& shop, const ScenarioText& scenario, const std::string& name,
              std::function<void(scenario::Steering&)> steer = {},
              runtime::Premises* premises = nullptr,
              std::vector<scenario::Watcher*> watchers = {}) {
        auto loaded = scenario::load_scenario(shop.write(name + ".toml", scenario.text()));
        BOOST_REQUIRE_MESSAGE(loaded, loaded.error().message);
        config = std::move(*loaded);
        auto path = scenario::load_market(config, "");
        BOOST_REQUIRE(path);
        market = std::move(*path);
        app::HostConfig host;
        host.cache_folder = shop.path("cache");
        host.plugin_folders = {LPC_BINARY_DIR "/plugins"};
        plugins = std::make_unique<app::Plugins>(host);
        auto folder = journal::io::create_folder(shop.path(name));
        BOOST_REQUIRE(folder);
        journal::Options journal;
        journal.durability = journal::Durability::write;
        auto opened = journal::Writer::create(*folder, journal);
        BOOST_REQUIRE(opened);
        writer = std::make_unique<journal::Writer>(std::move(*opened));
        auto attachments = plugins->attach(config);
        BOOST_REQUIRE_MESSAGE(attachments, attachments.error().message);
        scenario::RunOptions options;
        options.attachments = std::move(*attachments);
        options.code = plugins->source();
        options.log = [](int, const std::string&) {};
        options.steer = std::move(steer);
        options.premises = premises;
        options.watchers = std::move(watchers);
        options.clock_ns = [] { return std::int64_t{0}; };
        auto opened_run = scenario::Run::open(config, market, std::move(options));
        BOOST_REQUIRE_MESSAGE(opened_run, opened_run.error().message);
        run = std::move(*opened_run);
        const Status gone = run->go({*writer});
        BOOST_REQUIRE_MESSAGE(gone, gone.error().message);
        BOOST_REQUIRE(writer->close());
    }
};

}  // namespace lpc::tests
