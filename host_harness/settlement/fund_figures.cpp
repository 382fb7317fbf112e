#include <settlement/fund_figures.hpp>

namespace lpc::settlement {

FundFigures& FundFigures::operator+=(const FundFigures& other) {
    deposited += other.deposited;
    fees_received += other.fees_received;
    gained += other.gained;
    covered += other.covered;
    lost += other.lost;
    deficit_booked += other.deficit_booked;
    repaid += other.repaid;
    return *this;
}

FundFigures figures_of(const Ledger& ledger, std::uint64_t account, std::uint32_t asset) {
    const auto flow = [&](Event event) { return ledger.fund_flow(account, event, asset); };
    FundFigures figures;
    figures.deposited = flow(Event::deposit).in - flow(Event::withdrawal).out;
    figures.fees_received = flow(Event::fee).in;
    figures.gained = flow(Event::fill).in + flow(Event::take_over).in;
    figures.covered = flow(Event::cover).out + flow(Event::settle_fund).out;
    figures.repaid = flow(Event::repay).out;
    figures.lost = flow(Event::fill).out + flow(Event::take_over).out + flow(Event::fee).out -
                   flow(Event::settle_fund).in;
    return figures;
}

}  // namespace lpc::settlement
