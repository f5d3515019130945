-- owner: app/operator
-- purpose: a report is written once and stays: a delete would leave no trace

CREATE TRIGGER ads_report_stays BEFORE DELETE ON homeostat.ads_report
    FOR EACH ROW EXECUTE FUNCTION homeostat.refuse('a report is written once');
CREATE TRIGGER ads_report_keeps_its_rows BEFORE TRUNCATE ON homeostat.ads_report
    FOR EACH STATEMENT EXECUTE FUNCTION homeostat.refuse('a report is written once');
