@testable import Evaluation
import Foundation
import Platform
import Tensors
import TestSupport
import Testing

@Suite struct ReportTests {
    private func report(count: Int) -> Report {
        let recordings = (0..<count).map { index in
            Report.Recording(
                name: "ünïcode \(index)", duration: 2,
                scores: [
                    Score(
                        system: "griffin-lim",
                        values: [.melCepstralDistortion: 3 + Double(index % 5) / 10, .levelDifference: -0.04]),
                    Score(system: "melgan", values: [.melCepstralDistortion: 2.5, .pitchMedian: nil]),
                ])
        }
        return Report(recordings: recordings, sampleRate: 22_050, seed: 7)
    }

    @Test func theBootstrapCoversTheMeanAboutAsOftenAsItSays() {
        var generator = SplitMix64(seed: 3)
        var covered = 0
        for trial in 0..<200 {
            let values = (0..<30).map { _ in Double.random(in: -1...1, using: &generator) }
            let estimate = Estimate(of: values, seed: UInt64(trial), resampleCount: 400)!
            if estimate.low! <= 0, estimate.high! >= 0 { covered += 1 }
        }
        #expect((178...199).contains(covered))
    }

    @Test func theBootstrapDependsOnItsSeedOnly() {
        let values = [1.03, 4.1, 2.007, 8.3, 5.2, 7.9, 0.11, 3.37, 4.983]
        #expect(Estimate(of: values, seed: 1) == Estimate(of: values, seed: 1))
        #expect(Estimate(of: values, seed: 1) != Estimate(of: values, seed: 2))
        #expect(abs(Estimate(of: values, seed: 1)!.mean - 37 / 9) < 1e-12)
    }

    @Test func oneRecordingHasNoIntervalAndNoneHasNoMean() {
        let one = Estimate(of: [3], seed: 1)!
        #expect(one.mean == 3 && one.low == nil && one.high == nil)
        #expect(Estimate(of: [], seed: 1) == nil)
    }

    @Test func theReportSurvivesJSON() throws {
        let report = report(count: 3)
        #expect(try JSONDecoder().decode(Report.self, from: report.json) == report)
        let object = try #require(try JSONSerialization.jsonObject(with: report.json) as? [String: Any])
        let summaries = try #require(object["summaries"] as? [[String: Any]])
        let estimates = try #require(summaries[0]["estimates"] as? [String: [String: Any]])
        #expect(abs(estimates["melCepstralDistortion"]!["mean"] as! Double - 3.1) < 1e-9)
    }

    @Test func everyMetricIsFoundByItsName() throws {
        #expect(Set(Metric.all).count == Metric.all.count)
        for metric in Metric.all {
            #expect(metric.title.count <= 12 && !metric.definition.isEmpty, "\(metric)")
            let data = try JSONEncoder().encode([metric: 1.5])
            #expect(String(decoding: data, as: UTF8.self) == "{\"\(metric.name)\":1.5}")
            #expect(try JSONDecoder().decode([Metric: Double].self, from: data) == [metric: 1.5])
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Metric.self, from: Data("\"no metric\"".utf8))
        }
    }

    @Test func metricsThatAreUndefinedSomewhereAreAveragedOverTheRest() {
        let summary = report(count: 3).summaries[1]
        #expect(summary.system == "melgan")
        #expect(summary.estimates[.pitchMedian] == nil)
        #expect(summary.estimates[.melCepstralDistortion]?.count == 3)
    }

    @Test func theColumnsOfTheTableAreAligned() {
        let lines = report(count: 3).table().split(separator: "\n", omittingEmptySubsequences: false)
        let end = lines[0].range(of: "MCD")!.upperBound
        let column = lines[0].distance(from: lines[0].startIndex, to: end)
        for (line, value) in zip(lines[2..<8], ["3.00", "2.50", "3.10", "2.50", "3.20", "2.50"]) {
            #expect(line.prefix(column).hasSuffix("  " + value), "\(line)")
        }
        #expect(report(count: 3).table().contains("3.10 ["))
        #expect(!report(count: 1).table().contains("["))
    }

    @Test(arguments: [(0.0, "0.00"), (-0.004, "0.00"), (-0.006, "-0.01"), (12.345, "12.35"), (999.999, "1000.00")])
    func numbersAreRounded(value: Double, text: String) {
        #expect(fixed(value, 2) == text)
    }
}
