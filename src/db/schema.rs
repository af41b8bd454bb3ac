// @generated automatically by Diesel CLI.

diesel::table! {
    access_grant (id) {
        id -> Integer,
        account_id -> Integer,
        role -> Text,
        organisation_id -> Nullable<Integer>,
        scope -> Text,
        granted_at -> Timestamp,
        source -> Text,
    }
}

diesel::table! {
    account (id) {
        id -> Integer,
        email -> Text,
        email_key -> Text,
        name -> Text,
        staff_id -> Nullable<Integer>,
        enabled -> Bool,
        created_at -> Timestamp,
        disabled_at -> Nullable<Timestamp>,
        password_hash -> Nullable<Text>,
        last_sign_in_at -> Nullable<Timestamp>,
        failures -> Integer,
        first_failure_at -> Nullable<Timestamp>,
        wait_until -> Nullable<Timestamp>,
        second_factor -> Nullable<Binary>,
        second_factor_step -> BigInt,
    }
}

diesel::table! {
    account_identity (id) {
        id -> Integer,
        account_id -> Integer,
        issuer -> Text,
        subject -> Text,
        bound_at -> Timestamp,
    }
}

diesel::table! {
    account_link (id) {
        id -> Integer,
        account_id -> Integer,
        purpose -> Text,
        message_id -> Nullable<Integer>,
        made_at -> Timestamp,
        ends_at -> Timestamp,
        spent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_run (id) {
        id -> Integer,
        name -> Text,
        api_token_id -> Integer,
        idempotency_key -> Nullable<Text>,
        request -> Text,
        content_hash -> Text,
        recorded_at -> Timestamp,
        import_id -> Nullable<Integer>,
        status -> Integer,
        document -> Text,
        rejected -> Text,
    }
}

diesel::table! {
    api_token (id) {
        id -> Integer,
        name -> Text,
        public_id -> Text,
        token_hash -> Text,
        scopes -> Text,
        addresses -> Text,
        created_at -> Timestamp,
        expires_on -> Date,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    api_token_organisation (api_token_id, organisation_id) {
        api_token_id -> Integer,
        organisation_id -> Integer,
    }
}

diesel::table! {
    assignment_version (id) {
        id -> Integer,
        staff_id -> Integer,
        assignment_number -> Text,
        is_primary -> Bool,
        job_title -> Text,
        staff_group -> Text,
        unit -> Text,
        manager_employee_number -> Text,
        status -> Text,
        category -> Text,
        start_on -> Date,
        leave_on -> Nullable<Date>,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    assurance_answer (id) {
        id -> Integer,
        organisation_id -> Integer,
        statement -> Text,
        answer -> Text,
        answered_on -> Date,
        evidence -> Text,
        owner_email -> Text,
        review_by -> Nullable<Date>,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    audit (id) {
        id -> Integer,
        recorded_at -> Timestamp,
        actor -> Text,
        action -> Text,
        object -> Text,
        details -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_head (id) {
        id -> Integer,
        entries -> Integer,
        hash -> Text,
    }
}

diesel::table! {
    audit_start (of_table) {
        of_table -> Text,
        last_id -> Integer,
    }
}

diesel::table! {
    body_dictionary (id) {
        id -> Integer,
        content -> Binary,
    }
}

diesel::table! {
    booking (id) {
        id -> Integer,
        staff_id -> Integer,
        course_id -> Integer,
        takes_place_on -> Date,
        place -> Text,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    bounce (id) {
        id -> Integer,
        bounce_report_id -> Integer,
        message_id -> Nullable<Integer>,
        address -> Text,
        kind -> Text,
        status -> Text,
        reason -> Text,
        read_at -> Timestamp,
        cleared_at -> Nullable<Timestamp>,
        failed_address -> Text,
        held_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
        told_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    bounce_report (id) {
        id -> Integer,
        content_hash -> Text,
        report_id -> Nullable<Text>,
        file -> Text,
        read_at -> Timestamp,
        finding -> Text,
    }
}

diesel::table! {
    budget (id) {
        id -> Integer,
        organisation_id -> Integer,
        financial_year -> Integer,
        allocated_pence -> BigInt,
        dedicated -> Nullable<Bool>,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    configuration (identity) {
        identity -> Text,
        place -> Text,
        policy_hash -> Nullable<Text>,
        organisation -> Nullable<Text>,
    }
}

diesel::table! {
    course (id) {
        id -> Integer,
        code -> Text,
    }
}

diesel::table! {
    delivery_stop (sender) {
        sender -> Text,
        since -> Timestamp,
        reason -> Text,
    }
}

diesel::table! {
    digest_item (id) {
        id -> Integer,
        message_id -> Integer,
        staff_id -> Integer,
        course -> Text,
        due_on -> Date,
    }
}

diesel::table! {
    exemption (id) {
        id -> Integer,
        staff_id -> Integer,
        course_id -> Nullable<Integer>,
        from_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        reason -> Text,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    expense (id) {
        id -> Integer,
        organisation_id -> Integer,
        dated_on -> Date,
        description -> Text,
        amount_pence -> BigInt,
        course -> Text,
        people -> Nullable<Integer>,
        reference -> Text,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    former_code (import_id) {
        import_id -> Integer,
        organisation_id -> Integer,
        code -> Text,
    }
}

diesel::table! {
    import (id) {
        id -> Integer,
        kind -> Text,
        file -> Text,
        content_hash -> Text,
        as_of -> Date,
        recorded_at -> Timestamp,
        partial -> Bool,
        forced -> Bool,
        row_count -> BigInt,
        applied -> BigInt,
        unchanged -> BigInt,
        rejected -> BigInt,
        joiners -> BigInt,
        changes -> BigInt,
        leavers -> BigInt,
        records_added -> BigInt,
        records_corrected -> BigInt,
        undoes -> Nullable<Integer>,
        skipped -> BigInt,
    }
}

diesel::table! {
    import_draft (id) {
        id -> Integer,
        account_id -> Integer,
        organisation_id -> Nullable<Integer>,
        kind -> Text,
        file -> Text,
        upload -> Text,
        as_of -> Date,
        partial -> Bool,
        sheet -> Text,
        column_map -> Text,
        made_at -> Timestamp,
        again -> Bool,
        start_on -> Nullable<Date>,
        encoding -> Text,
        cells -> Text,
    }
}

diesel::table! {
    import_map (id) {
        id -> Integer,
        organisation_id -> Nullable<Integer>,
        kind -> Text,
        column_map -> Text,
    }
}

diesel::table! {
    import_organisation (import_id, organisation_id) {
        import_id -> Integer,
        organisation_id -> Integer,
    }
}

diesel::table! {
    installation (id) {
        id -> Integer,
        identity -> Text,
        place -> Text,
        adopted_at -> Timestamp,
        backup_made_at -> Nullable<Timestamp>,
        audit_entry -> Nullable<Integer>,
    }
}

diesel::table! {
    installation_secret (id) {
        id -> Integer,
        secret -> Binary,
    }
}

diesel::table! {
    job_run (id) {
        id -> Integer,
        job -> Text,
        slot -> Timestamp,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        lease_until -> Timestamp,
        outcome -> Nullable<Text>,
        detail -> Text,
    }
}

diesel::table! {
    looked_at (staff_id, account_id, looked_on) {
        staff_id -> Integer,
        account_id -> Integer,
        looked_on -> Date,
    }
}

diesel::table! {
    mail_kind (name) {
        name -> Text,
    }
}

diesel::table! {
    message (id) {
        id -> Integer,
        kind -> Text,
        organisation_id -> Integer,
        staff_id -> Nullable<Integer>,
        recipient -> Text,
        subject -> Text,
        message_id -> Text,
        planned_on -> Date,
        queued_at -> Timestamp,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Nullable<Timestamp>,
        first_attempt_at -> Nullable<Timestamp>,
        last_attempt_at -> Nullable<Timestamp>,
        lease_until -> Nullable<Timestamp>,
        claim -> Nullable<Text>,
        sent_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        worded_at -> Nullable<Timestamp>,
        planned_from -> Nullable<Integer>,
        not_before -> Nullable<Date>,
        tried_on -> Nullable<Date>,
        in_doubt_on -> Nullable<Date>,
    }
}

diesel::table! {
    message_body (message_id) {
        message_id -> Integer,
        encoding -> Text,
        dictionary_id -> Nullable<Integer>,
        text_bytes -> Integer,
        content -> Binary,
        from_name -> Nullable<Text>,
        reply_to -> Nullable<Text>,
    }
}

diesel::table! {
    message_first (message_id) {
        message_id -> Integer,
    }
}

diesel::table! {
    message_part (id) {
        id -> Integer,
        message_id -> Integer,
        name -> Text,
        content_type -> Text,
        inline -> Bool,
        encoding -> Text,
        dictionary_id -> Nullable<Integer>,
        content -> Binary,
    }
}

diesel::table! {
    newest_instant (id) {
        id -> Integer,
        at -> Timestamp,
    }
}

diesel::table! {
    node (name) {
        name -> Text,
        version -> Text,
        roles -> Text,
        seen_at -> Timestamp,
        process -> Text,
        twin_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    organisation (id) {
        id -> Integer,
        code -> Text,
    }
}

diesel::table! {
    organisation_version (id) {
        id -> Integer,
        organisation_id -> Integer,
        name -> Text,
        kind -> Text,
        safeguarding_email -> Text,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    parked_form (id) {
        id -> Integer,
        account_id -> Integer,
        sealed -> Binary,
        parked_at -> Timestamp,
    }
}

diesel::table! {
    planning_run (id) {
        id -> Integer,
        organisation_id -> Integer,
        planned_on -> Date,
        ran_at -> Timestamp,
        in_post -> BigInt,
        considered -> BigInt,
        nothing_due -> BigInt,
        no_email -> BigInt,
        already_told -> BigInt,
        messaged -> BigInt,
        held -> BigInt,
        recorded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    policy_draft (account_id) {
        account_id -> Integer,
        content -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    policy_version (id) {
        id -> Integer,
        content_hash -> Text,
        content -> Text,
        in_force_from -> Date,
        recorded_at -> Timestamp,
        over_file_hash -> Nullable<Text>,
    }
}

diesel::table! {
    program_version (id) {
        id -> Integer,
        version -> Text,
    }
}

diesel::table! {
    promise (id) {
        id -> Integer,
        kind -> Text,
        key -> Text,
        organisation_id -> Integer,
        message_id -> Nullable<Integer>,
        staff_id -> Nullable<Integer>,
        about -> Nullable<Text>,
        due_on -> Nullable<Date>,
        step -> Nullable<Integer>,
        withdrawn -> Bool,
        made_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    purged_import (import_id) {
        import_id -> Integer,
    }
}

diesel::table! {
    recovery_code (id) {
        id -> Integer,
        account_id -> Integer,
        code_hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    refusal (message_id) {
        message_id -> Integer,
        sender -> Text,
        alike -> Text,
        in_row -> Bool,
        refused_at -> Timestamp,
        attempts -> Integer,
        first_attempt_at -> Nullable<Timestamp>,
        last_attempt_at -> Nullable<Timestamp>,
        next_attempt_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    rejected_row (id) {
        id -> Integer,
        import_id -> Integer,
        line -> BigInt,
        cells -> Text,
        faults -> Text,
        dismissed_for -> Text,
    }
}

diesel::table! {
    saved_filter (id) {
        id -> Integer,
        account_id -> Integer,
        organisation_id -> Nullable<Integer>,
        name -> Text,
        query -> Text,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    sign_in (id) {
        id -> Integer,
        account_id -> Integer,
        token_hash -> Text,
        stage -> Text,
        began_at -> Timestamp,
        seen_at -> Timestamp,
        proved_at -> Timestamp,
        notice -> Nullable<Text>,
        way -> Text,
    }
}

diesel::table! {
    snapshot (id) {
        id -> Integer,
        organisation_id -> Integer,
        month -> Text,
        as_at -> Date,
        known_at -> Timestamp,
        frozen_at -> Timestamp,
        content_hash -> Text,
        figures -> Text,
        newest_import -> Nullable<Integer>,
    }
}

diesel::table! {
    staff (id) {
        id -> Integer,
        organisation_id -> Integer,
        employee_number -> Text,
    }
}

diesel::table! {
    staff_version (id) {
        id -> Integer,
        staff_id -> Integer,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
        professional_registration -> Text,
    }
}

diesel::table! {
    sweep_due (id) {
        id -> Integer,
        since -> Timestamp,
    }
}

diesel::table! {
    taken_file (id) {
        id -> Integer,
        name -> Text,
        size -> BigInt,
        modified_at -> Timestamp,
        content_hash -> Text,
        kind -> Text,
        taken_at -> Timestamp,
        outcome -> Text,
        import_id -> Nullable<Integer>,
        moved_to -> Text,
        has_rejected -> Bool,
        untold -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    training_record (id) {
        id -> Integer,
        staff_id -> Integer,
        course_id -> Integer,
        completed_on -> Date,
        expires_on -> Nullable<Date>,
        hours_hundredths -> Nullable<Integer>,
        participatory -> Nullable<Bool>,
        provider -> Text,
        certificate -> Text,
        cost_pence -> Nullable<BigInt>,
        opened_by -> Integer,
        closed_by -> Nullable<Integer>,
    }
}

diesel::table! {
    tried_second (sender, second) {
        sender -> Text,
        second -> BigInt,
        tried -> BigInt,
        last_at -> Timestamp,
    }
}

diesel::table! {
    used_answer (state_hash) {
        state_hash -> Text,
        used_at -> Timestamp,
    }
}

diesel::table! {
    used_form (key_hash) {
        key_hash -> Text,
        account_id -> Integer,
        used_at -> Timestamp,
    }
}

diesel::table! {
    work_comment (id) {
        id -> Integer,
        work_item_id -> Integer,
        account_id -> Integer,
        written_at -> Timestamp,
        words -> Text,
    }
}

diesel::table! {
    work_item (id) {
        id -> Integer,
        kind -> Text,
        organisation -> Text,
        about -> Text,
        since_at -> Timestamp,
        version -> Integer,
        taken_by -> Nullable<Integer>,
        closed_account_id -> Nullable<Integer>,
        closed_at -> Nullable<Timestamp>,
        closed_for -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    work_item_person (work_item_id, staff_id) {
        work_item_id -> Integer,
        staff_id -> Integer,
    }
}

diesel::joinable!(access_grant -> account (account_id));
diesel::joinable!(access_grant -> organisation (organisation_id));
diesel::joinable!(account -> staff (staff_id));
diesel::joinable!(account_identity -> account (account_id));
diesel::joinable!(account_link -> account (account_id));
diesel::joinable!(account_link -> message (message_id));
diesel::joinable!(api_run -> api_token (api_token_id));
diesel::joinable!(api_run -> import (import_id));
diesel::joinable!(api_token_organisation -> api_token (api_token_id));
diesel::joinable!(api_token_organisation -> organisation (organisation_id));
diesel::joinable!(assignment_version -> staff (staff_id));
diesel::joinable!(assurance_answer -> organisation (organisation_id));
diesel::joinable!(booking -> course (course_id));
diesel::joinable!(booking -> staff (staff_id));
diesel::joinable!(bounce -> bounce_report (bounce_report_id));
diesel::joinable!(bounce -> message (message_id));
diesel::joinable!(budget -> organisation (organisation_id));
diesel::joinable!(digest_item -> message (message_id));
diesel::joinable!(digest_item -> staff (staff_id));
diesel::joinable!(exemption -> course (course_id));
diesel::joinable!(exemption -> staff (staff_id));
diesel::joinable!(expense -> organisation (organisation_id));
diesel::joinable!(former_code -> import (import_id));
diesel::joinable!(former_code -> organisation (organisation_id));
diesel::joinable!(import_draft -> account (account_id));
diesel::joinable!(import_draft -> organisation (organisation_id));
diesel::joinable!(import_map -> organisation (organisation_id));
diesel::joinable!(import_organisation -> import (import_id));
diesel::joinable!(import_organisation -> organisation (organisation_id));
diesel::joinable!(looked_at -> account (account_id));
diesel::joinable!(looked_at -> staff (staff_id));
diesel::joinable!(message -> mail_kind (kind));
diesel::joinable!(message -> organisation (organisation_id));
diesel::joinable!(message -> staff (staff_id));
diesel::joinable!(message_body -> body_dictionary (dictionary_id));
diesel::joinable!(message_body -> message (message_id));
diesel::joinable!(message_first -> message (message_id));
diesel::joinable!(message_part -> body_dictionary (dictionary_id));
diesel::joinable!(message_part -> message (message_id));
diesel::joinable!(organisation_version -> organisation (organisation_id));
diesel::joinable!(parked_form -> account (account_id));
diesel::joinable!(planning_run -> organisation (organisation_id));
diesel::joinable!(policy_draft -> account (account_id));
diesel::joinable!(promise -> mail_kind (kind));
diesel::joinable!(promise -> message (message_id));
diesel::joinable!(promise -> organisation (organisation_id));
diesel::joinable!(promise -> staff (staff_id));
diesel::joinable!(purged_import -> import (import_id));
diesel::joinable!(recovery_code -> account (account_id));
diesel::joinable!(refusal -> message (message_id));
diesel::joinable!(rejected_row -> import (import_id));
diesel::joinable!(saved_filter -> account (account_id));
diesel::joinable!(saved_filter -> organisation (organisation_id));
diesel::joinable!(sign_in -> account (account_id));
diesel::joinable!(snapshot -> organisation (organisation_id));
diesel::joinable!(staff -> organisation (organisation_id));
diesel::joinable!(staff_version -> staff (staff_id));
diesel::joinable!(taken_file -> import (import_id));
diesel::joinable!(training_record -> course (course_id));
diesel::joinable!(training_record -> staff (staff_id));
diesel::joinable!(used_form -> account (account_id));
diesel::joinable!(work_comment -> account (account_id));
diesel::joinable!(work_comment -> work_item (work_item_id));
diesel::joinable!(work_item_person -> staff (staff_id));
diesel::joinable!(work_item_person -> work_item (work_item_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_grant,
    account,
    account_identity,
    account_link,
    api_run,
    api_token,
    api_token_organisation,
    assignment_version,
    assurance_answer,
    audit,
    audit_head,
    audit_start,
    body_dictionary,
    booking,
    bounce,
    bounce_report,
    budget,
    configuration,
    course,
    delivery_stop,
    digest_item,
    exemption,
    expense,
    former_code,
    import,
    import_draft,
    import_map,
    import_organisation,
    installation,
    installation_secret,
    job_run,
    looked_at,
    mail_kind,
    message,
    message_body,
    message_first,
    message_part,
    newest_instant,
    node,
    organisation,
    organisation_version,
    parked_form,
    planning_run,
    policy_draft,
    policy_version,
    program_version,
    promise,
    purged_import,
    recovery_code,
    refusal,
    rejected_row,
    saved_filter,
    sign_in,
    snapshot,
    staff,
    staff_version,
    sweep_due,
    taken_file,
    training_record,
    tried_second,
    used_answer,
    used_form,
    work_comment,
    work_item,
    work_item_person,
);
